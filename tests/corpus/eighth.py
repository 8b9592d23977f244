"""Outputs for tasks in eight languages, four of which have no lists of chatter here: form and labels tell."""

from __future__ import annotations

# Parents and labels of each task
TASKS = {
    "mail": (
        ("Decide whether the email is spam or ham.", "Is this message spam or ham? Answer with one word."),
        ("spam", "ham"),
    ),
    "article": (
        ("Summarise the article in one sentence.", "Write one sentence that tells what the article says."),
        (),
    ),
    "de": (
        (
            "Ordne die Anfrage einer Abteilung zu: Vertrieb, Technik oder Buchhaltung.",
            "Welche Abteilung ist zuständig: Vertrieb, Technik oder Buchhaltung?",
        ),
        ("Vertrieb", "Technik", "Buchhaltung"),
    ),
    "fr": (
        ("Dis si le commentaire est poli ou grossier.", "Le ton du commentaire est-il poli ou grossier ?"),
        ("poli", "grossier"),
    ),
    "es": (
        ("Clasifica la opinión como buena o mala.", "¿La opinión es buena o mala? Responde con una palabra."),
        ("buena", "mala"),
    ),
    "pl": (
        (
            "Określ, czy recenzja jest pozytywna czy negatywna.",
            "Czy autor recenzji jest zadowolony? Odpowiedz: pozytywna albo negatywna.",
        ),
        ("pozytywna", "negatywna"),
    ),
    "tr": (
        (
            "Yorumun olumlu mu olumsuz mu olduğunu belirle.",
            "Bu yorum olumlu mu, olumsuz mu? Tek kelimeyle yanıtla.",
        ),
        ("olumlu", "olumsuz"),
    ),
    "cs": (
        ("Urči, zda je recenze kladná nebo záporná.", "Je recenze kladná, nebo záporná? Odpověz jedním slovem."),
        ("kladná", "záporná"),
    ),
    "sv": (
        ("Sammanfatta artikeln i en mening.", "Skriv en mening som berättar vad artikeln handlar om."),
        (),
    ),
}


def in_tags(text: str) -> str:
    """A text as the operators ask for it."""
    return f"<prompt>{text}</prompt>"


# (task, output, wanted)
WHOLE = [
    # English, with labels
    (
        "mail",
        "Look at the sender and the links, then say spam or ham.",
        "Look at the sender and the links, then say spam or ham.",
    ),
    (
        "mail",
        'Entry 3: "Would you throw this email away unread: spam or ham?"',
        "Would you throw this email away unread: spam or ham?",
    ),
    ("mail", "Certainly! I'd love to, but which email did you have in mind?", None),
    ("mail", "Which email am I supposed to look at?", None),
    ("mail", "Say if it is spam or ham.\n\nor, more politely,\n\nWould you kindly say if it is spam or ham?", None),
    # English, without labels
    (
        "article",
        "Read the article and give its gist in a single sentence.",
        "Read the article and give its gist in a single sentence.",
    ),
    ("article", "How long should the sentence be, and who will read it?", None),
    ("article", "Fasse den Artikel in einem Satz zusammen.", None),
    # German
    (
        "de",
        "Lies die Anfrage und nenne die Abteilung: Vertrieb, Technik oder Buchhaltung.",
        "Lies die Anfrage und nenne die Abteilung: Vertrieb, Technik oder Buchhaltung.",
    ),
    (
        "de",
        "Umformuliert:\n\n„Wer soll antworten: Vertrieb, Technik oder Buchhaltung?“",
        "Wer soll antworten: Vertrieb, Technik oder Buchhaltung?",
    ),
    ("de", "Gern, ich brauche dafür nur noch die Anfrage selbst.", None),
    ("de", "Das hängt ganz davon ab, wie eure Abteilungen arbeiten.", None),
    # French
    ("fr", "Lis le commentaire, puis réponds poli ou grossier.", "Lis le commentaire, puis réponds poli ou grossier."),
    (
        "fr",
        "Voici ma proposition :\n\n« Un lecteur trouverait-il ce commentaire poli ou grossier ? »",
        "Un lecteur trouverait-il ce commentaire poli ou grossier ?",
    ),
    ("fr", "Avec plaisir, quel commentaire voulez-vous me soumettre ?", None),
    # Spanish
    ("es", "Lee la opinión y di si es buena o mala.", "Lee la opinión y di si es buena o mala."),
    ("es", "Así quedaría:\n\n«¿Te parece la opinión buena o mala?»", "¿Te parece la opinión buena o mala?"),
    ("es", "¿A qué opinión te refieres exactamente?", None),
    # Polish
    (
        "pl",
        "Przeczytaj recenzję i powiedz, czy jest pozytywna, czy negatywna.",
        "Przeczytaj recenzję i powiedz, czy jest pozytywna, czy negatywna.",
    ),
    (
        "pl",
        "Oto nowa wersja:\n\n„Jaka jest ta recenzja: pozytywna czy negatywna?”",
        "Jaka jest ta recenzja: pozytywna czy negatywna?",
    ),
    ("pl", "Przykro mi, ale nie mogę w tym pomóc.", None),
    ("pl", "Jasne! O jaką recenzję chodzi?", None),
    ("pl", "Przepisz poniższe polecenie innymi słowami.", None),
    # Turkish
    ("tr", "Yorumu oku ve olumlu ya da olumsuz olduğunu söyle.", "Yorumu oku ve olumlu ya da olumsuz olduğunu söyle."),
    (
        "tr",
        "İşte yeni hâli:\n\n“Yorumu yazan memnun mu? Olumlu ya da olumsuz diye yanıtla.”",
        "Yorumu yazan memnun mu? Olumlu ya da olumsuz diye yanıtla.",
    ),
    ("tr", "Üzgünüm, bu konuda yardımcı olamam.", None),
    ("tr", "Hangi metni yeniden yazmamı istersiniz?", None),
    # Czech
    (
        "cs",
        "Přečti si recenzi a rozhodni, jestli je kladná, nebo záporná.",
        "Přečti si recenzi a rozhodni, jestli je kladná, nebo záporná.",
    ),
    (
        "cs",
        "Nové znění:\n\n„Chválí autor film? Odpověz kladná, nebo záporná.“",
        "Chválí autor film? Odpověz kladná, nebo záporná.",
    ),
    ("cs", "Omlouvám se, ale k tomu nemám dost informací.", None),
    ("cs", "Samozřejmě, pošlete mi prosím text.", None),
    # Swedish
    ("sv", "Läs artikeln och återge den i en enda mening.", "Läs artikeln och återge den i en enda mening."),
    (
        "sv",
        "Här är en ny version:\n\n”Berätta i en mening vad artikeln säger.”",
        "Berätta i en mening vad artikeln säger.",
    ),
    ("sv", "Tyvärr kan jag inte hjälpa till med det.", None),
    ("sv", "Vilken text vill du att jag ska skriva om?", None),
]
TAGGED = [
    (
        "mail",
        in_tags("Sure, many emails want to sell something, but not all. Tell me whether this one is spam or ham."),
        "Sure, many emails want to sell something, but not all. Tell me whether this one is spam or ham.",
    ),
    (
        "mail",
        in_tags("Subject: {subject}\nBody: {body}\n\nSpam or ham?"),
        "Subject: {subject}\nBody: {body}\n\nSpam or ham?",
    ),
    (
        "mail",
        in_tags("Okay, would you let this into your inbox? Ham if so, spam if not."),
        "Okay, would you let this into your inbox? Ham if so, spam if not.",
    ),
    ("mail", in_tags("Zwei Anweisungen zu einer neuen verbinden und dabei etwas ändern."), None),
    ("mail", in_tags("Napisz nową instrukcję na podstawie dwóch podanych."), None),
    ("mail", in_tags("Is the email spam or ham?") + "\nor, shorter:\n" + in_tags("Spam or ham?"), None),
    ("mail", in_tags("I have merged the two of them and mutated the outcome."), None),
    (
        "article",
        in_tags("What does the article boil down to? One sentence, please."),
        "What does the article boil down to? One sentence, please.",
    ),
    (
        "article",
        in_tags("Boil the article down to one sentence that a child would understand."),
        "Boil the article down to one sentence that a child would understand.",
    ),
    ("article", in_tags("How many sentences are there, and which of them matters most to you?"), None),
    ("article", in_tags("Erstelle aus beiden Anweisungen in zwei Schritten eine neue."), None),
    ("article", in_tags("Yukarıdaki iki talimatı birleştir ve sonucu değiştir."), None),
    (
        "article",
        in_tags("Put the article into one sentence.")
        + " or, more formally, "
        + in_tags("Kindly summarise the article in one sentence."),
        None,
    ),
    (
        "de",
        in_tags("Klar, manches passt zu zweien. Wähle trotzdem eine: Vertrieb, Technik oder Buchhaltung."),
        "Klar, manches passt zu zweien. Wähle trotzdem eine: Vertrieb, Technik oder Buchhaltung.",
    ),
    (
        "de",
        in_tags("Anfrage: {text}\n\nZuständig (Vertrieb, Technik oder Buchhaltung):"),
        "Anfrage: {text}\n\nZuständig (Vertrieb, Technik oder Buchhaltung):",
    ),
    ("de", in_tags("Combine the best parts of both and alter one detail."), None),
    (
        "fr",
        in_tags("Bien sûr, chacun a son seuil. Selon toi, ce commentaire est-il poli ou grossier ?"),
        "Bien sûr, chacun a son seuil. Selon toi, ce commentaire est-il poli ou grossier ?",
    ),
    (
        "fr",
        in_tags("Le commentaire te semble-t-il poli ? Sinon, réponds grossier."),
        "Le commentaire te semble-t-il poli ? Sinon, réponds grossier.",
    ),
    ("fr", in_tags("Mélange les deux consignes, puis modifie un détail."), None),
    (
        "es",
        in_tags("Piensa en quien la escribió: ¿buena o mala opinión?"),
        "Piensa en quien la escribió: ¿buena o mala opinión?",
    ),
    ("es", in_tags("Une lo mejor de ambas y cambia algún detalle."), None),
    ("es", in_tags("Perdona, no me ha llegado ningún texto."), None),
    (
        "pl",
        in_tags("Wczuj się w autora. Czy jego recenzja jest pozytywna, czy negatywna?"),
        "Wczuj się w autora. Czy jego recenzja jest pozytywna, czy negatywna?",
    ),
    (
        "pl",
        in_tags("Recenzja: {text}\nOcena (pozytywna albo negatywna):"),
        "Recenzja: {text}\nOcena (pozytywna albo negatywna):",
    ),
    ("pl", in_tags("Połącz oba polecenia w jedno i zmień jego brzmienie."), None),
    ("pl", in_tags("Gotowe, zmieniłem kilka słów."), None),
    (
        "tr",
        in_tags("Yazar ürünü övüyorsa olumlu, yeriyorsa olumsuz de."),
        "Yazar ürünü övüyorsa olumlu, yeriyorsa olumsuz de.",
    ),
    (
        "tr",
        in_tags("Tabii, herkes farklı yazar. Yine de seç: olumlu mu, olumsuz mu?"),
        "Tabii, herkes farklı yazar. Yine de seç: olumlu mu, olumsuz mu?",
    ),
    ("tr", in_tags("Elbette, size nasıl yardımcı olabilirim?"), None),
    ("tr", in_tags("Combine both instructions and change a word."), None),
    (
        "cs",
        in_tags("Představ si, že jsi kritik. Je tahle recenze kladná, nebo záporná?"),
        "Představ si, že jsi kritik. Je tahle recenze kladná, nebo záporná?",
    ),
    (
        "cs",
        in_tags("Kladná, když chválí, záporná, když haní: jaká je recenze?"),
        "Kladná, když chválí, záporná, když haní: jaká je recenze?",
    ),
    ("cs", in_tags("Spoj obě zadání do jednoho a něco na něm změň."), None),
    ("sv", in_tags("Vad är kärnan i artikeln? Svara med en mening."), "Vad är kärnan i artikeln? Svara med en mening."),
    (
        "sv",
        in_tags("Återge artikelns budskap i en mening på högst tjugo ord."),
        "Återge artikelns budskap i en mening på högst tjugo ord.",
    ),
    ("sv", in_tags("Självklart! Vad vill du ha hjälp med?"), None),
    ("sv", in_tags("Merge them and mutate the result."), None),
]
ITEM = [
    (
        "mail",
        'Entry 5: "Would a careful clerk file this under spam or ham?"',
        "Would a careful clerk file this under spam or ham?",
    ),
    (
        "article",
        "1. Find the one claim that carries the article and write it down as a sentence.",
        "Find the one claim that carries the article and write it down as a sentence.",
    ),
    (
        "de",
        "3. Stell dir vor, du sitzt am Empfang: Vertrieb, Technik oder Buchhaltung?",
        "Stell dir vor, du sitzt am Empfang: Vertrieb, Technik oder Buchhaltung?",
    ),
    (
        "fr",
        "1. Imagine que ta grand-mère lit ce commentaire : poli ou grossier ?",
        "Imagine que ta grand-mère lit ce commentaire : poli ou grossier ?",
    ),
    (
        "pl",
        "1. Szukaj pochwał i skarg, a potem odpowiedz: pozytywna albo negatywna.",
        "Szukaj pochwał i skarg, a potem odpowiedz: pozytywna albo negatywna.",
    ),
    ("tr", "1. Bana yorumu gönderirseniz yardımcı olurum.", None),
    ("cs", "1. Potřebuji vědět víc o úkolu.", None),
    ("sv", "1. Jag behöver se artikeln först.", None),
]
