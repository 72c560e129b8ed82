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
    expect(frame.locator(".now")).to_contain_text("step 4 of 4")
    frame.locator("[data-do=back]").click()
    frame.locator("[data-do=back]").click()
    expect(frame.locator(".now")).to_contain_text("step 2 of 4, token </script>")
    frame.locator("[data-do=cell]").click()
    expect(frame.locator(".cell .part")).not_to_have_count(0)
    frame.locator(".column .strip .frame").first.click()
    expect(frame.locator(".share")).to_have_count(0 if head is None else 12)
    expect(frame.locator("[data-do=link], [data-do=unit], img")).to_have_count(0)
    assert page.title() != "hit"
    assert not faults
