"""Outputs to develop the readers on, each with the text that a careful reader adopts; None for none."""

from __future__ import annotations

R1 = "Decide whether the film review is positive or negative."
R2 = "Read the review below and say whether its author liked the film. Answer positive or negative."
R3 = "Weigh the critic's words and label the review positive or negative, nothing else."
R4 = "You are a film critic. Read the review with care.\n\nAnswer with one word: positive or negative."
T1 = "Name the team that should take the ticket: billing, shipping or account."
T2 = "Read the customer's message and route it to billing, shipping or account. Reply with the team alone."
T3 = "1. Read the ticket.\n2. Find what the customer needs.\n3. Answer with billing, shipping or account."
M1 = "Work through the problem one step at a time and finish with the number."
M2 = "Find what is asked, calculate it carefully, and write only the final number."
DE1 = "Entscheide, ob die Filmkritik positive oder negative Worte findet, und antworte mit positive oder negative."
ZH1 = "请判断这条影评的情感倾向，只回答 positive 或 negative。"
FR1 = "Lis la critique et réponds par positive ou negative."
ES1 = "Lee la reseña y responde positive o negative."
JA1 = "次のレビューを読み、positive か negative で答えてください。"

# (task, output, wanted)
WHOLE = [
    # bare, and in layers
    ("reviews", R1, R1),
    ("reviews", f'"{R1}"', R1),
    ("reviews", f"“{R2}”\n", R2),
    ("tickets", f"**{T1}**", T1),
    ("tickets", f"`{T1}`", T1),
    ("tickets", f"```\n{T2}\n```", T2),
    ("tickets", f"```text\n{T2}\n```\n", T2),
    ("maths", f"> {M1}", M1),
    ("maths", f"## Rewritten Instruction\n\n{M2}", M2),
    ("maths", f"### Instruction:\n{M1}", M1),
    ("reviews", R4, R4),
    ("tickets", T3, T3),
    (
        "maths",
        "Is the total asked for? Add the parts. Otherwise subtract. Give one number.",
        "Is the total asked for? Add the parts. Otherwise subtract. Give one number.",
    ),
    # lead-ins on the line
    ("reviews", f"Rewritten: {R1}", R1),
    ("reviews", f"Rewritten instruction: {R2}", R2),
    ("reviews", f"Here is the rewritten instruction: {R3}", R3),
    ("reviews", f'Here\'s a paraphrased version: "{R1}"', R1),
    ("tickets", f"Sure! Here's the instruction in other words: {T1}", T1),
    ("tickets", f"Below is a rewording of the instruction: {T2}", T2),
    ("tickets", f"Paraphrase: {T1}", T1),
    ("maths", f"The rewritten instruction is: {M1}", M1),
    ("maths", f"Revised Instruction - {M2}", M2),
    ("maths", f"**Rephrased:** {M1}", M1),
    ("maths", f"Answer: {M2}", M2),
    ("maths", f"Assistant: {M2}", M2),
    ("reviews", f"A possible rewrite could be: {R1}", R1),
    ("reviews", f"You could say: {R1}", R1),
    # lead-ins on a paragraph of their own
    ("reviews", f"**Rewritten instruction:**\n\n{R1}", R1),
    ("reviews", f"Sure, here's the rewritten instruction:\n\n{R2}", R2),
    (
        "reviews",
        f"Certainly! Below is the instruction in different words, with the categories unchanged:\n\n> {R3}",
        R3,
    ),
    ("tickets", f"Of course. Here is one way to say it:\n\n**{T1}**", T1),
    ("tickets", f"Here is the rewritten instruction:\n\n```\n{T2}\n```\n\nLet me know if you would like another.", T2),
    ("tickets", f"Okay, I will rewrite the instruction.\n\nRewritten instruction:\n{T1}", T1),
    ("maths", f"Great question! I'd be happy to help with that.\n\nHere's the new instruction:\n\n\"{M1}\"", M1),
    ("maths", f"Absolutely! 😊\n\n{M2}", M2),
    ("reviews", f"Here's the rewritten instruction:\n\n{R4}", R4),
    (
        "reviews",
        f"**Original instruction:** Classify the sentiment of the movie review as positive or negative."
        f"\n\n**Rewritten instruction:** {R3}",
        R3,
    ),
    (
        "maths",
        f"To rewrite this, I keep the meaning and vary the verbs.\n\n---\n\n**New instruction**\n\n{M1}\n\n---",
        M1,
    ),
    # notes after it
    ("reviews", f"{R1}\n\nNote: I kept the category names exactly as they were written.", R1),
    ("reviews", f'{R2}\n\n(I kept "positive" and "negative" unchanged, as requested.)', R2),
    ("reviews", f"{R3}\n\nThis version keeps the original meaning while using different wording.", R3),
    ("tickets", f'{T1}\n\n**Explanation:**\n\n- "Sort" became "name".\n- The categories stay as they are.', T1),
    ("tickets", f'{T2}\n\nChanges made:\n1. Replaced "sort" by "route"\n2. Kept the categories', T2),
    ("tickets", f"{T1} Let me know if you need anything else!", T1),
    ("maths", f"{M1}\nI hope this helps!", M1),
    ("maths", f"{M2}\n\nWould you like me to make it shorter?", M2),
    ("maths", f"{M1} (This rewording preserves the meaning of the original instruction.)", M1),
    (
        "reviews",
        f"{R1}\n\nNote: Sarcastic praise counts as negative.",
        f"{R1}\n\nNote: Sarcastic praise counts as negative.",
    ),
    ("tickets", f"{T2}\n\n*Rationale: shorter verbs are easier for a model to follow.*", T2),
    # tokens of chat templates, thoughts
    ("reviews", f"{R1}<|im_end|>", R1),
    ("reviews", f"{R2}</s>", R2),
    ("reviews", f"<|im_start|>assistant\n{R3}<|im_end|>\n<|im_start|>user\nThank you!", R3),
    ("tickets", f"[/INST] {T1}", T1),
    ("tickets", f"{T2}<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nAnother one, please.", T2),
    ("tickets", f"{T1}<end_of_turn>", T1),
    ("maths", f"<think>\nThe user wants a rewrite.\n\nMaybe: solve it.\n</think>\n\n{M1}", M1),
    ("maths", f"Okay, the user wants other words. Let me think.\n</think>\n\n{M2}", M2),
    ("maths", f"{M1}<｜end▁of▁sentence｜>", M1),
    # JSON
    ("reviews", f'{{"instruction": "{R1}"}}', R1),
    ("reviews", f'```json\n{{"rewritten_instruction": "{R2}"}}\n```', R2),
    ("tickets", f'{{"prompt": "{T1}", "explanation": "Shorter."}}', T1),
    ("tickets", f'Here is the JSON:\n\n{{"original": "Sort it.", "rewritten": "{T2}"}}', T2),
    ("maths", f'["{M1}"]', M1),
    ("maths", f"{{'instruction': \"{M2}\"}}", M2),
    ("reviews", '{"label": "positive"}', None),
    ("reviews", f"<instruction>{R1}</instruction>", R1),
    ("reviews", f"<rewritten_instruction>\n{R2}\n</rewritten_instruction>", R2),
    ("tickets", f"<prompt>{T1}</prompt>", T1),
    # framing copied back
    ("reviews", "Rewrite the instruction below in other words.", None),
    ("reviews", f"Rewrite the instruction: {R1}", None),
    ("reviews", "Keep its meaning, and keep every name of a category exactly as it is written.", None),
    ("reviews", "Keep exactly as written: positive, negative.", None),
    (
        "tickets",
        "Reply with the rewritten instruction alone.\n\nInstruction: Sort the support ticket into billing,"
        " shipping or account.",
        None,
    ),
    ("tickets", "Instruction: Sort the support ticket into billing, shipping or account.", None),
    ("tickets", "sort the support ticket into billing shipping or account", None),
    ("tickets", "Rephrase the prompt so that it is clearer and more concise.", None),
    ("maths", "The rewritten instruction is:", None),
    ("maths", "Rewrite the instruction in your own words. Keep its meaning.", None),
    ("maths", f"{M1} Reply with the rewritten instruction alone.", None),
    ("maths", "Rewritten instruction:", None),
    # refusals and questions back
    ("reviews", "I'm sorry, but I can't help with that.", None),
    ("reviews", "I cannot rewrite this instruction because it names categories.", None),
    ("reviews", "As an AI language model, I don't watch films.", None),
    ("reviews", "Could you please provide the instruction you would like me to rewrite?", None),
    ("tickets", "Please provide the instruction that you want me to rewrite.", None),
    ("tickets", "It seems that you forgot to include the instruction. Please share it.", None),
    ("tickets", "Unfortunately, there is no instruction in your message.", None),
    ("tickets", "What would you like the new instruction to focus on?", None),
    ("maths", "I'd be happy to help! What is the word problem?", None),
    ("maths", "I apologize for the confusion. Let me try again.", None),
    ("maths", "Sorry, I don't understand the request.", None),
    # answers to the task, bare labels
    ("reviews", "positive", None),
    ("reviews", "Positive.", None),
    ("reviews", "positive or negative", None),
    ("reviews", "The review is positive.", None),
    ("reviews", "Sentiment: negative", None),
    ("reviews", "The sentiment of the movie review is negative, since the reviewer complains about the plot.", None),
    ("tickets", "billing, shipping, account", None),
    ("tickets", "- billing\n- shipping\n- account", None),
    ("tickets", "Billing\nShipping\nAccount", None),
    ("tickets", "This ticket should go to the billing team.", None),
    ("tickets", "Category: shipping", None),
    ("maths", "The answer is 42.", None),
    ("maths", "42", None),
    ("maths", "and", None),
    # several
    ("reviews", f"Here are three versions:\n\n1. {R1}\n2. {R2}\n3. {R3}", None),
    ("reviews", f"Option 1: {R1}\n\nOption 2: {R2}", None),
    ("reviews", f"{R1}\n\nAlternatively: {R2}", None),
    ("tickets", f"1. {T1}\n2. {T2}\n3. Decide which team should take the ticket: billing, shipping or account.", None),
    ("tickets", f"{T1}\n\nOr:\n\n{T2}", None),
    ("tickets", f"- {T1}\n- {T2}", None),
    ("maths", f"**Version A**\n{M1}\n\n**Version B**\n{M2}", None),
    # chatter alone
    ("reviews", "Sure! Here is an improved version of the prompt:", None),
    ("reviews", "I have rewritten the instruction for you.", None),
    ("tickets", "Thank you for the instruction. It is very clear.", None),
    ("tickets", "This is a great instruction, and it does not need to be changed.", None),
    ("maths", "Let me rewrite that for you.", None),
    ("maths", "Okay, I understand.", None),
    # other languages
    ("reviews", f"以下是改写后的指令：\n\n{ZH1}", ZH1),
    ("reviews", f"当然可以！改写后的指令如下：{ZH1}", ZH1),
    ("reviews", ZH1, ZH1),
    ("reviews", f"好的，以下是改写：\n\n“{R1}”\n\n注：我保留了类别名称。", R1),
    ("reviews", "对不起，我无法完成这个请求。", None),
    ("reviews", "请提供您需要改写的指令。", None),
    ("reviews", f"Hier ist die umformulierte Anweisung:\n\n{DE1}", DE1),
    ("reviews", f"Natürlich! Umformulierte Anweisung: {DE1}", DE1),
    ("reviews", DE1, DE1),
    ("reviews", "Es tut mir leid, aber dabei kann ich nicht helfen.", None),
    ("reviews", f"Voici l'instruction reformulée :\n\n{FR1}", FR1),
    ("reviews", f"Bien sûr ! Voici une autre formulation : {FR1}", FR1),
    ("reviews", "Je suis désolé, mais je ne peux pas vous aider.", None),
    ("reviews", f"Aquí tienes la instrucción reescrita:\n\n{ES1}", ES1),
    ("reviews", f"¡Claro! Aquí está la instrucción: {ES1}\n\nEspero que te sirva.", ES1),
    ("reviews", "Lo siento, no puedo ayudar con eso.", None),
    ("reviews", f"もちろんです。以下は書き直した指示です：\n\n{JA1}", JA1),
    ("reviews", JA1, JA1),
    ("reviews", "申し訳ありませんが、お手伝いできません。", None),
    # prompts that look like something else
    (
        "reviews",
        "As an AI assistant for a cinema, decide whether the review is positive or negative.",
        "As an AI assistant for a cinema, decide whether the review is positive or negative.",
    ),
    (
        "reviews",
        "I will show you a film review. Tell me whether it is positive or negative.",
        "I will show you a film review. Tell me whether it is positive or negative.",
    ),
    ("reviews", "Is the review positive or negative?", "Is the review positive or negative?"),
    (
        "tickets",
        "The ticket below needs a team. Choose billing, shipping or account.",
        "The ticket below needs a team. Choose billing, shipping or account.",
    ),
    (
        "tickets",
        "Output: one of billing, shipping, account. Read the ticket and choose.",
        "Output: one of billing, shipping, account. Read the ticket and choose.",
    ),
    (
        "maths",
        "Think step by step. Put the result in <answer></answer>.",
        "Think step by step. Put the result in <answer></answer>.",
    ),
    ("maths", 'Compute {x} and answer with {"number": ...}.', 'Compute {x} and answer with {"number": ...}.'),
    (
        "maths",
        "Given a word problem, find the number it asks for.",
        "Given a word problem, find the number it asks for.",
    ),
]

TAGGED = [
    ("reviews", f"<prompt>{R1}</prompt>", R1),
    ("reviews", f"1. Cross over: Classify it and reply.\n2. Mutate: <prompt>{R2}</prompt>", R2),
    ("reviews", f"<prompt>\n{R4}\n</prompt>", R4),
    ("tickets", f"**Step 2:** <prompt>**{T1}**</prompt>\n\nThis keeps both ideas.", T1),
    ("tickets", f"```\n<prompt>{T2}</prompt>\n```", T2),
    ("tickets", f"<prompt>```\n{T2}\n```</prompt>", T2),
    ("maths", f'<Prompt>"{M1}"</Prompt>', M1),
    ("maths", f"<prompt>New prompt: {M1}</prompt>", M1),
    ("maths", f"<prompt>{M1}</prompt>\n<prompt>{M2}</prompt>", M2),
    # begin like chatter
    (
        "reviews",
        "<prompt>Here is a movie review. Decide whether it is positive or negative.</prompt>",
        "Here is a movie review. Decide whether it is positive or negative.",
    ),
    (
        "reviews",
        "<prompt>This is a review of a film. Say positive or negative.</prompt>",
        "This is a review of a film. Say positive or negative.",
    ),
    (
        "reviews",
        "<prompt>I will give you a review; you answer positive or negative.</prompt>",
        "I will give you a review; you answer positive or negative.",
    ),
    (
        "tickets",
        "<prompt>Great support starts with routing. Send the ticket to billing, shipping or account.</prompt>",
        "Great support starts with routing. Send the ticket to billing, shipping or account.",
    ),
    (
        "tickets",
        "<prompt>Let me show you a ticket. Pick billing, shipping or account.</prompt>",
        "Let me show you a ticket. Pick billing, shipping or account.",
    ),
    ("maths", "<prompt>Okay, here is the deal: you get a word problem and you return a number.</prompt>", None),
    (
        "maths",
        "<prompt>The following is a word problem. Solve it and give the number.</prompt>",
        "The following is a word problem. Solve it and give the number.",
    ),
    ("tickets", f"<prompt>{T2}\n\nNote: A refund is billing.</prompt>", f"{T2}\n\nNote: A refund is billing."),
    # misspelt or unclosed
    ("reviews", f"2. Mutate: <prompt>{R1}", R1),
    ("reviews", f"<promt>{R2}</promt>", R2),
    ("reviews", f"<prompt>{R3}</promp>", R3),
    ("reviews", f"<prompt>{R1}<prompt>", R1),
    ("reviews", f"<prompt>{R1}<\\prompt>", R1),
    ("tickets", f"< prompt >{T1}</ prompt >", T1),
    ("tickets", f"[prompt]{T2}[/prompt]", T2),
    ("tickets", f"{T1}</prompt>", T1),
    ("tickets", f"&lt;prompt&gt;{T1}&lt;/prompt&gt;", T1),
    ("maths", f"<new_prompt>{M1}</new_prompt>", M1),
    ("maths", f"<instruction>{M2}</instruction>", M2),
    ("maths", f"<prompt>{M1}</prompt", M1),
    ("maths", f"<prompt>{M1}</prompt><|im_end|>", M1),
    ("maths", f"<think>I write <prompt>draft</prompt></think>1. Cross over: x\n2. <prompt>{M2}</prompt>", M2),
    ("reviews", f'<prompt>{{"prompt": "{R1}"}}</prompt>', R1),
    ("reviews", f"<prompt><instruction>{R1}</instruction></prompt>", R1),
    # in tags, and still no prompt
    ("reviews", "As asked, it stands between <prompt> and </prompt>.", None),
    (
        "reviews",
        "Write what step 2 gives, and only that, between <prompt> and </prompt>. Leave names of categories as"
        " they are.",
        None,
    ),
    ("reviews", "<prompt></prompt>", None),
    ("reviews", "<prompt>...</prompt>", None),
    ("reviews", "<prompt>your new instruction here</prompt>", None),
    ("reviews", "<prompt>Cross over: join the best parts of both into one instruction.</prompt>", None),
    ("tickets", "<prompt>Sure, I can help you with that!</prompt>", None),
    ("tickets", "<prompt>I'm sorry, I can't do that.</prompt>", None),
    ("tickets", "<prompt>billing, shipping or account</prompt>", None),
    (
        "tickets",
        "<prompt>Leave names of categories, and all that stands in curly brackets, exactly as they are.</prompt>",
        None,
    ),
    ("tickets", "<prompt>Sort the support ticket into billing, shipping or account.</prompt>", None),
    (
        "maths",
        "<prompt>As an interpreter, translate the customer's message into German that a child can follow.</prompt>",
        None,
    ),
    ("maths", "<prompt>First instruction: Solve the word problem and give the number.</prompt>", None),
    ("maths", "1. Cross over: solve it.\n2. Mutate: solve it step by step.", None),
    ("maths", "<prompt>The new prompt</prompt>", None),
    ("maths", "<prompt>12</prompt>", None),
    ("reviews", "<prompt>The review is negative because the plot is thin.</prompt>", None),
    ("reviews", f"<prompt>当然，以下是新的提示：{ZH1}</prompt>", ZH1),
    ("reviews", "<prompt>抱歉，我不能这样做。</prompt>", None),
    ("reviews", f"<prompt>Hier ist eine Filmkritik. {DE1}</prompt>", f"Hier ist eine Filmkritik. {DE1}"),
    ("reviews", f"<prompt>{R1}\nLet me know if you want another.</prompt>", R1),
    ("tickets", "<prompt>Rewrite the instruction so that it is short.</prompt>", None),
    ("reviews", "<prompt>Certainly. A shorter text with both labels.</prompt>", None),
    (
        "reviews",
        "<prompt>Options: positive, negative\nQuestion: What is the sentiment of the review?</prompt>",
        "Options: positive, negative\nQuestion: What is the sentiment of the review?",
    ),
    (
        "reviews",
        "<prompt>From now on you sort reviews. positive means recommended, negative means not.</prompt>",
        "From now on you sort reviews. positive means recommended, negative means not.",
    ),
]

ITEM = [
    ("reviews", f"1. {R1}\n2. {R2}\n3. {R3}", R1),
    ("reviews", f"Hint #1: {R1}", R1),
    ("reviews", f"**Hint 1:** {R2}\n\n**Hint 2:** {R3}", R2),
    ("tickets", f"Sure! Here is the first hint:\n\n1. {T1}", T1),
    ("tickets", f"Here are some hints for solving the problem:\n\n- {T2}\n- {T1}", T2),
    ("tickets", f"{T1}\n2. {T2}", T1),
    ("maths", f'1) "{M1}"\n2) "{M2}"', M1),
    ("maths", M2, M2),
    ("maths", f"Entry 1: {M1}", M1),
    ("maths", f"First entry: {M2}", M2),
    ("maths", f"1. {M1}<|im_end|>", M1),
    ("reviews", f'["{R1}", "{R2}"]', R1),
    ("reviews", "I'm sorry, but I can't write a hundred hints.", None),
    ("reviews", "1. positive\n2. negative", None),
    ("tickets", "Here are a hundred hints:", None),
    ("tickets", "1. Sort the support ticket into billing, shipping or account.\n2. Think.", None),
    ("tickets", "Imagine a list of a hundred hints for solving it, no two of them alike.", None),
    ("maths", "What problem would you like hints for?", None),
    ("reviews", f"以下是第一条提示：\n1. {ZH1}\n2. {R1}", ZH1),
    ("reviews", f"Voici le premier conseil :\n\n1. {FR1}", FR1),
]

# As SmolLM2-135M wrote them when it was asked the operators' questions.
WHOLE += [
    ("reviews", "The reviewer is happy.", None),
    ("reviews", "Rewrite the instruction to keep only positive feedback about the film.", None),
    ("tickets", "Team: billing, shipping", None),
    ("claims", "This claim is false.", None),
    (
        "reviews",
        'To classify the sentiment of the movie review as positive or negative, I will consider the category of "x" as a'
        ' baseline, which is why I will use the adjective "positive" as an example.',
        None,
    ),
    (
        "claims",
        "Remember the process of putting a claim into a truth table.",
        "Remember the process of putting a claim into a truth table.",
    ),
    ("tickets", "I want to sort the support ticket into billing, shipping, and account.", None),
    ("tickets", "It's you, I'm going to be the team I'm going to be. No other names allowed.", None),
    ("claims", 'The statement "All A are B" is only true if every A is indeed B.', None),
    (
        "reviews",
        "SmolLM, I'll leave the rest of the rules intact. What do you say, and no other changes are allowed.",
        None,
    ),
    ("tickets", "The customer wrote the customer's message and told them to bring the customer's basket.", None),
    ("claims", 'Reply with the rewritten instruction: "Can be anything but something true."', None),
    (
        "reviews",
        "The instruction asks to decide whether the review praises or not. The description is in other words.",
        None,
    ),
    ("tickets", '"Sorted your support ticket into billing, shipping, or account."', None),
    ("tickets", 'Rewrite the instruction with the requested template:\n"Don\'t forget to handle this ticket."', None),
    ("claims", 'When someone says "said true," they are saying that the claim is true.', None),
    ("reviews", "This is a bit off topic. Reply with a new instruction at the top.", None),
    ("reviews", "A question with no answers: No answer.\n\nThe answer is the first line of the input.", None),
]
TAGGED += [
    (
        "tickets",
        "The answer is:\n<prompt>Act as interpreter: give the customer's message in plain German, in words even a young"
        " child understands.\n\nThe answer is:",
        None,
    ),
    ("reviews", "2. Mutate: <prompt>Say positive or negative: positive or negative.\n3. Mutate: say: positive.", None),
    (
        "tickets",
        "2. Mutate: <prompt>The customer's message is a customer's message, and the customer's message is a message.\n"
        "<prompt>The customer's message is a customer's message, and the customer's message is a message.",
        None,
    ),
    (
        "reviews",
        "A: The movie was a success.\n\n<prompt>You are a critic. Read the review and decide whether it was positive or"
        " negative.\n\nThis is a joke.",
        "You are a critic. Read the review and decide whether it was positive or negative.",
    ),
]
ITEM += [
    (
        "reviews",
        "1. Is the review positive?\n2. Is the language used positive?\n3. The language used is positive.",
        "Is the review positive?",
    ),
    ("claims", "1. Yes, statement 1 is true.\n\nHere is a list of instructions with no order:\n\n1. Is it true?", None),
    (
        "tickets",
        "1. All the list items should be sorted by category, including the order in which they are stored.",
        None,
    ),
    ("claims", '"Correct Answer: True"', None),
]
