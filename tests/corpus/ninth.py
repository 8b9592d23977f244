"""Outputs written after the eighth mending, for tasks in six other languages."""

from __future__ import annotations

TASKS = {
    "en": (("Decide whether the claim is urgent or routine.", "Is the claim urgent or routine?"), ("urgent", "routine")),
    "sum": (("Count the items on the invoice and give the total.", "Work out the total of the invoice."), ()),
    "hu": (("Döntsd el, hogy a vélemény jó vagy rossz.", "A vélemény jó vagy rossz? Egy szóval felelj."), ("jó", "rossz")),
    "vi": (("Cho biết đánh giá là tích cực hay tiêu cực.", "Đánh giá này tích cực hay tiêu cực?"), ("tích cực", "tiêu cực")),
    "fi": (("Tiivistä artikkeli yhteen lauseeseen.", "Kirjoita lause, joka kertoo artikkelin sisällön."), ()),
    "it": (
        ("Indica se il reclamo riguarda il prezzo o la consegna.", "Prezzo o consegna: di che parla il reclamo?"),
        ("prezzo", "consegna"),
    ),
}  # fmt: skip


def _in_tags(text: str, wanted: bool, task: str) -> tuple[str, str, str | None]:
    return task, f"<prompt>{text}</prompt>", text if wanted else None


WHOLE = [
    ("en", "Could it wait for a week? Say urgent or routine.", "Could it wait for a week? Say urgent or routine."),
    ("en", "What sort of claim is it?", None),
    ("sum", "How many invoices are there, and what currency do they come in?", None),
    ("sum", "Add up the items and state the total of the invoice.", "Add up the items and state the total of the invoice."),
    ("hu", "Olvasd el a véleményt, és mondd meg, jó vagy rossz.", "Olvasd el a véleményt, és mondd meg, jó vagy rossz."),
    ("hu", "Sajnos ebben nem tudok segíteni.", None),
    ("hu", "Íme:\n\n„Elégedett az író? Felelj: jó vagy rossz.”", "Elégedett az író? Felelj: jó vagy rossz."),
    ("vi", "Đọc đánh giá rồi trả lời tích cực hoặc tiêu cực.", "Đọc đánh giá rồi trả lời tích cực hoặc tiêu cực."),
    ("vi", "Bạn muốn tôi viết lại câu nào?", None),
    ("fi", "Lue artikkeli ja kerro sen ydin yhdellä lauseella.", "Lue artikkeli ja kerro sen ydin yhdellä lauseella."),
    ("fi", "Valitettavasti en voi auttaa tässä.", None),
    ("fi", "Voisitko lähettää tekstin?", None),
    ("it", "Leggi il reclamo e rispondi prezzo o consegna.", "Leggi il reclamo e rispondi prezzo o consegna."),
    ("it", "Ecco qui:\n\n«Che cosa irrita il cliente: prezzo o consegna?»", "Che cosa irrita il cliente: prezzo o consegna?"),
    ("it", "Di quale reclamo stiamo parlando?", None),
]  # fmt: skip
TAGGED = [
    _in_tags("Absolutely everything here wants attention. Still, choose: urgent or routine?", True, "en"),
    _in_tags("Fold both into one and twist a phrase.", False, "en"),
    _in_tags("Egyesítsd a két utasítást, aztán változtass rajta.", False, "en"),
    _in_tags("What is the total of the invoice, all items counted?", True, "sum"),
    _in_tags("Kết hợp hai hướng dẫn thành một.", False, "sum"),
    _in_tags("Yhdistä ohjeet ja muuta yhtä kohtaa.", False, "sum"),
    _in_tags("Képzeld magad az író helyébe: jó vagy rossz?", True, "hu"),
    _in_tags("Olvaszd össze a kettőt, és módosíts egy részletet.", False, "hu"),
    _in_tags("Rewrite both as one.", False, "hu"),
    _in_tags("Người viết có hài lòng không? Tích cực hay tiêu cực?", True, "vi"),
    _in_tags("Chắc chắn rồi, tôi rất sẵn lòng giúp!", False, "vi"),
    _in_tags("Mikä on artikkelin ydin? Vastaa yhdellä lauseella.", True, "fi"),
    _in_tags("Yhdistin ohjeet ja vaihdoin muutaman sanan.", False, "fi"),
    _in_tags("Certo, ogni cliente è diverso. Scegli comunque: prezzo o consegna?", True, "it"),
    _in_tags("Unisci le due e cambia una parola.", False, "it"),
    ("it", "<prompt>Prezzo o consegna?</prompt> oppure <prompt>Consegna o prezzo: quale?</prompt>", None),
]
ITEM = [
    ("en", "1. Ask yourself who is hurt: urgent or routine?", "Ask yourself who is hurt: urgent or routine?"),
    ("hu", "1. Melyik szövegről van szó?", None),
    ("vi", "1. Xin lỗi, tôi không thể giúp việc này.", None),
    ("fi", "1. Tarvitsen lisää tietoja.", None),
]  # fmt: skip
