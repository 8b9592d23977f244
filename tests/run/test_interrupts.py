from __future__ import annotations

import os
import signal

import pytest
from test_resume import BUDGET, RECIPE, SMALL, record_of
from toys import REWRITE, ToyModel, Watched, lines_of, run, started

from evoprompt.models.model import Refused
from evoprompt.run.evolution import NothingEvaluated
from evoprompt.storage.record import FILE, Record

SETTINGS = {"recipe": RECIPE, "budget": BUDGET}


@pytest.fixture(scope="module")
def whole():
    return lines_of(run(SMALL, **SETTINGS))


@pytest.mark.parametrize("n_jobs", [1, 8])
def test_a_run_interrupted_at_any_call_goes_on(tmp_path, n_jobs, whole):
    model = Watched()
    run(SMALL, **SETTINGS, model=model)
    births = [number for number, request in enumerate(model.requests, 1) if request.text.startswith(REWRITE)]
    for at in (1, *births, 50, 135, 137):
        folder = tmp_path / str(at)

        def interrupt(number, request, at=at):
            if number == at:
                os.kill(os.getpid(), signal.SIGINT)

        try:
            run(SMALL, **SETTINGS, model=Watched(on_call=interrupt), run_dir=folder, n_jobs=n_jobs)
        except NothingEvaluated:
            assert at < 20
        run(SMALL, **SETTINGS, run_dir=folder)
        assert record_of(folder) == whole


def test_a_run_interrupted_while_it_reads_back_leaves_the_record_as_it_is(tmp_path, whole):
    run(SMALL, **SETTINGS, run_dir=tmp_path)
    before = (tmp_path / FILE).read_bytes()
    for at in range(1, 30, 4):
        by_hand = started(SMALL, **SETTINGS, run_dir=tmp_path)
        with by_hand:
            while births := by_hand.ask():
                if by_hand.generation == at // 6:
                    by_hand._blocks.halt()
                by_hand.tell(by_hand.evaluate(by_hand.bear(births)))
            assert by_hand.finish().stopped == "interrupted"
        assert (tmp_path / FILE).read_bytes() == before


class Prude(ToyModel):
    """Refuses a third of the answers of the later generations."""

    number = 0

    def complete(self, request):
        self.number += 1
        if 70 < self.number < 120 and self.number % 3 == 0 and not request.text.startswith(REWRITE):
            raise Refused("content filter")
        return super().complete(request)


def test_a_run_that_refusals_stopped_goes_on_and_counts_the_sealed_test_it_had_made(tmp_path):
    stopped = run(SMALL, **SETTINGS, model=Prude(), run_dir=tmp_path)
    assert "the provider refused" in stopped.stopped
    assert stopped.test is not None
    model = Watched()
    result = run(SMALL, **SETTINGS, model=model, run_dir=tmp_path)
    assert result.refused[0] == 0
    paid = sum(line["usage"]["calls"] for kind in ("birth", "evaluation") for line in result.record.of(kind))
    lost = result.total.calls - result.usage["test"].calls - paid
    tested = stopped.test.seed.answers if stopped.best == stopped.seed else ()
    tested = tested or (*stopped.test.seed.answers, *stopped.test.winner.answers)
    refused = stopped.refused[0] - sum(answer.refused for answer in tested)  # in the generation that was stopped
    assert lost == stopped.usage["test"].calls + refused  # all of them are asked for again
    assert result.total.calls <= BUDGET.calls
    again = run(SMALL, **SETTINGS, run_dir=tmp_path)
    assert again.usage == result.usage


def test_lines_after_the_end_are_refused_and_left_as_they_are(tmp_path):
    run(SMALL, **SETTINGS, run_dir=tmp_path)
    lines = (tmp_path / FILE).read_bytes().splitlines(keepends=True)
    (tmp_path / FILE).write_bytes(b"".join([*lines, lines[-1]]))
    with pytest.raises(ValueError, match=rf"line {len(lines) + 1}: the run ends before this line"):
        run(SMALL, **SETTINGS, run_dir=tmp_path)
    assert len(Record.read(tmp_path).lines) == len(lines) + 1
