"""In a notebook a trace shows itself as the stepper, in a frame that needs no server."""

from __future__ import annotations

import pytest
import torch
from playwright.sync_api import Page, expect
from torch import nn

import rnn_demo

BAD = "</script><img src=x onerror=document.title='hit'>"


@pytest.mark.parametrize("head", [None, nn.Linear(6, 3)])
def test_a_trace_is_stepped_through_without_a_server(page: Page, head: nn.Linear | None) -> None:
    torch.manual_seed(0)
    trace = rnn_demo.trace(nn.LSTM(3, 6, num_layers=2), torch.randn(4, 3), tokens=["a", BAD, "c", "d"], head=head)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.set_content(trace._repr_html_())
    frame = page.frame_locator("iframe")
    expect(frame.locator(".now")).to_contain_text("step 1 of 4")
    frame.locator("[data-do=forward]").click()
    expect(frame.locator(".now")).to_contain_text("step 2 of 4, token </script>")
    expect(frame.locator(".share")).to_have_count(0 if head is None else 12)
    frame.locator("[data-do=cell]").click()
    expect(frame.locator(".cell .part")).not_to_have_count(0)
    frame.locator(".column .strip .frame").first.click()
    expect(frame.locator("[data-do=link], [data-do=unit], img")).to_have_count(0)
    assert page.title() != "hit"
    assert not faults


def test_a_trace_with_nan_is_drawn_and_says_where_it_begins(page: Page) -> None:
    torch.manual_seed(0)
    lstm = nn.LSTM(3, 4)
    x = torch.randn(4, 3)
    x[2, 0] = float("nan")
    page.set_content(rnn_demo.trace(lstm, x, head=nn.Linear(4, 2), labels=["up", "down"])._repr_html_())
    frame = page.frame_locator("iframe")
    expect(frame.locator("p.note").first).to_contain_text("From step 3 on, the input is not a number")
    expect(frame.locator(".column")).to_have_count(4)
    expect(frame.locator(".no-number")).not_to_have_count(0)
    frame.locator("[data-do=cell]").click()
    expect(frame.locator(".cell .part")).not_to_have_count(0)
