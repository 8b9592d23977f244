"""The wording of PromptBreeder, all of it our own: thinking styles, mutation prompts, and what each operator asks.

Fernando 2024 seeds its search from two such lists. Neither list here takes a line from theirs: what the search needs of
them is variety in length, tone and direction.
"""

from __future__ import annotations

from evoprompt.text.template import Template

THINKING_STYLES = (
    "Look for the one detail that would change the answer, and settle that first.",
    "Picture a reader who has ten seconds and must not be misled.",
    "Name what is asked before touching what is told.",
    "Suppose each answer in turn were right, and see what the text would then have to say.",
    "Weigh the evidence for every possible answer as a judge would, then rule.",
    "Treat every case as a small riddle with exactly one fair solution.",
    "Be the sceptic: trust nothing that the text does not show.",
    "Divide the whole into parts that can't be confused, and take them in turn.",
    "Compare with a plain everyday case that everybody would decide alike.",
    "Ask what a specialist would notice that a passer-by would miss.",
    "Say it as you would to a bright twelve-year-old.",
    "Consider the exceptions before the rule.",
    "Keep a ledger: what is known, what is assumed, what is missing.",
    "Read for tone and intention, and only then for facts.",
    "Read for facts alone, and leave the tone aside.",
    "Draw the situation as a map in words: who, where, and in which order.",
    "Estimate roughly first, so that a wild answer gives itself away.",
    "Take two different routes and trust only what both arrive at.",
    "Strip away whatever could go without changing the answer.",
    "Hunt for the trap: which answer is tempting, and what speaks against it?",
    "Act like a craftsman whose checklist is ticked off line by line.",
    "Think in kinds: what sort of thing is this, and what always holds for that sort?",
    "Follow cause and effect from one end to the other.",
    "Let names, units and quantities lead; words that carry none can wait.",
    "Put yourself in the place of whoever wrote the text.",
    "Put yourself in the place of whoever must act on the answer.",
    "Say it again as the simplest sentence that means the same.",
    "Set up a table in your mind, a row for each thing and a column for each property.",
    "Prefer the dull explanation to the clever one.",
    "Decide how sure one can be, and what would make one surer.",
    "Start at the end of the text, where the point is often made.",
    "Gather the words that matter, then ask what they have in common.",
    "Move in steps so short that none of them is a leap.",
    "Let two experts who disagree argue until one of them gives in.",
    "Look at the form that the answer must have, and let it guide the work.",
    "Assume the opposite of your first thought, and see where it breaks.",
)

MUTATION_PROMPTS = (
    "Write the instruction anew, half as long and with nothing lost.",
    "Write the instruction anew, with one more sentence on how to tell hard cases apart.",
    "Turn the instruction into a short sequence of steps.",
    "Put the instruction into the words of an experienced teacher.",
    "Put the instruction into the words of somebody who hates to waste any.",
    "Rewrite the instruction so that it can't be misread.",
    "Move the most important demand of the instruction to its beginning.",
    "Add to the instruction the mistake that is made most often here, and how to avoid it.",
    "Make the instruction more exact about what the answer must look like.",
    "Loosen the instruction, so that common sense has room.",
    "Replace the abstract words of the instruction by concrete ones.",
    "Give the reader of the instruction a role that suits the work, and rewrite it to match.",
    "Rewrite the instruction as a question that the reader has to settle.",
    "Rewrite the instruction as advice from one colleague to another.",
    "Rewrite the instruction as a rule, followed by its only exception.",
    "Add a reason to the instruction, so that its reader knows what is at stake.",
    "Have the instruction ask for a second look at the answer, in a way that fits the task.",
    "Have the instruction ask for some thought before the decision, in words that fit the task.",
    "Take out of the instruction whatever an attentive reader would do anyway.",
    "Guess what the author of the instruction forgot to say, and say it.",
    "Rewrite the instruction as though a wrong answer were very costly.",
    "Rewrite the instruction as though there were no time to lose.",
    "Let the instruction describe the finished answer instead of the way to it.",
    "Let the instruction describe the way to the answer instead of the answer.",
    "Keep a single idea of the instruction and build a new instruction around it.",
    "Join the instruction with a rule of thumb that an expert would use.",
    "State in the instruction what has to be ignored.",
    "State in the instruction which signs to look for.",
    "Give the instruction a warm and encouraging voice.",
    "Give the instruction a dry, official voice.",
    "Rewrite the instruction for a reader who takes every word at its face value.",
    "Rewrite the instruction for a reader who has never met such a task.",
    "Write what the instruction would be if its author had watched a hundred cases go wrong.",
    "Cut the longest sentence of the instruction in two, and sharpen both halves.",
    "Melt the instruction down into one vivid sentence.",
    "Begin the instruction with a verb that nobody would expect there, but that fits.",
    "Write an instruction that is the opposite of this one in manner, yet asks for the same answers.",
    "Let the instruction demand more than before: care, order or completeness.",
    "Make a bold change to the instruction; only its purpose has to survive.",
    "Make the smallest change to the instruction that could still matter.",
    "Explain in the instruction what separates answers that lie close together.",
    "Where the instruction gives orders, let it appeal to the reader's judgement instead.",
    "Say the things that the instruction says in another order, and smooth the joints.",
    "Rewrite the instruction so that it would hold up if the questions were worded quite differently.",
)

_ANSWER = "{keep} Reply with the new instruction alone, inside <prompt></prompt> tags."

INITIALISE = Template.parse(
    "How to rewrite the instruction: {mutation_prompt}\n\nA way of thinking to borrow from: {style}\n\nInstruction:"
    " {problem}\n\nRewrite the instruction." + _ANSWER
)
ZERO_ORDER = Template.parse(
    "The problem: {problem}\n\nImagine a list of a hundred hints for solving it, no two of them alike, each an"
    " instruction that can stand alone. Write down its first entry and stop.{keep} Reply with that entry alone, inside"
    " <prompt></prompt> tags."
)
FIRST_ORDER = Template.parse(
    "How to rewrite the instruction: {mutation_prompt}\n\nInstruction: {text}\n\nRewrite the instruction." + _ANSWER
)
EDA = Template.parse(
    "Here is a list of instructions for one and the same task, in no order:\n\n{prompts}\n\nContinue it with entry"
    " {next}: an instruction that belongs on this list and repeats none of the others." + _ANSWER
)
# Named falsely on purpose (Fernando 2024): a model that is told that the best one comes last copies it.
EDA_RANKED = Template.parse(
    "How to find a new instruction: {mutation_prompt}\n\n"
    "Here is a list of instructions for one and the same task, sorted by quality in descending order:\n\n{prompts}\n\n"
    "Continue it with entry {next}. It is the best of them all, and in kind it is nearer to entry {last} than to entry 1."
    + _ANSWER
)
LINEAGE = Template.parse(
    "An instruction was improved again and again. These are its versions, from the earliest to the latest:\n\n"
    "{prompts}\n\nWrite version {next}, the next improvement." + _ANSWER
)
NEW_MUTATION_PROMPT = Template.parse(
    "The problem: {problem}\n\nA way of thinking: {style}\n\nSomebody has an instruction for this problem and wants to"
    " improve it. In one or two sentences, and in the spirit of that way of thinking, tell them how to rewrite it."
    " Reply with this advice alone, inside <prompt></prompt> tags."
)
BETTER_MUTATION_PROMPT = Template.parse(
    "This is advice on how to rewrite an instruction:\n\n{mutation_prompt}\n\nSum up what it is after, and make better"
    " advice of it, in one or two sentences. Reply with the new advice alone, inside <prompt></prompt> tags."
)
LAMARCKIAN = Template.parse(
    "Somebody followed an instruction that we don't have, and answered rightly:\n\n{workings}\n\nWhich instruction led"
    " to this work? Write it for any question of the kind, without a word about those shown.{keep} Reply with the"
    " instruction alone, inside <prompt></prompt> tags."
)
