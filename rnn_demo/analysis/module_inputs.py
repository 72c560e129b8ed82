"""What `trace` is given by its users, checked: every refusal is one sentence that names the way out."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from rnn_demo.network import recurrence
from rnn_demo.network.cells import CELLS, Cell
from rnn_demo.network.eval_mode import eval_mode

Head = Callable[[Tensor], Tensor]


# --- the module ---------------------------------------------------------------------------------------------------


def cell_name(module: nn.RNNBase) -> str:
    """The name in `CELLS` of what the module computes; TypeError or ValueError for one that cannot be traced."""
    name = _name_in_cells(module)
    if name is None:
        raise TypeError(f"an nn.RNN, nn.LSTM or nn.GRU can be traced, got {_kind(module)}{_way_out(module)}")
    if module.proj_size:
        raise ValueError(
            f"an LSTM with proj_size={module.proj_size} computes an h_t that is not that of the equations here; "
            "trace one with proj_size=0"
        )
    if any(parameter.is_meta for parameter in module.parameters()):
        raise ValueError(
            "the module is on the meta device, where weights have no values; "
            "give it memory with module.to_empty(device='cpu') and load its weights first"
        )
    return name


def _name_in_cells(module: object) -> str | None:
    if isinstance(module, torch.jit.ScriptModule):  # looks like an LSTM but is not one
        return None
    if isinstance(module, nn.RNN):
        return f"rnn_{module.nonlinearity}"
    return "lstm" if isinstance(module, nn.LSTM) else "gru" if isinstance(module, nn.GRU) else None


def _kind(thing: object) -> str:
    """The full name of its class, or of the class itself where it was never called: torch has several named LSTM."""
    kind = thing if isinstance(thing, type) else type(thing)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"the class {name}" if kind is thing else name


def _way_out(module: object) -> str:
    if isinstance(module, type):
        return "; create an instance of it first"
    if not isinstance(module, nn.Module):
        return ""
    inside = [
        f"module{_attribute(path)}" for path, part in module.named_modules() if path and _name_in_cells(part) in CELLS
    ]
    if inside:
        return f"; it contains {', '.join(inside[:5])}: trace {'that' if len(inside) == 1 else 'one of them'}"
    if ".quantized." in type(module).__module__:
        return "; a quantized module holds no weights in floating point, so trace the one it was made from"
    if isinstance(module, torch.jit.ScriptModule):
        return "; trace the module that was scripted"
    if isinstance(module, nn.RNNCellBase):
        return "; load its weights into the layer of the same equations, their names end in _l0 there"
    return ""


def _attribute(path: str) -> str:
    """ "encoder.0.rnn" -> ".encoder[0].rnn", as it is written in Python."""
    return "".join(
        f".{name}" if name.isidentifier() else f"[{name}]" if name.isdecimal() else f"[{name!r}]"
        for name in path.split(".")
    )


# --- x and hx -----------------------------------------------------------------------------------------------------


def one_sequence(module: nn.RNNBase, x: Tensor) -> Tensor:
    """x as (T, I), in the module's own precision and on its device."""
    if isinstance(x, PackedSequence):
        raise TypeError("x is a PackedSequence; trace one of its sequences: torch.nn.utils.rnn.unpack_sequence(x)[0]")
    x = _numbers("x", x)
    size, batch = module.input_size, 0 if module.batch_first else 1
    if x.dim() == 3 and x.shape[batch] == 1:
        x = x.squeeze(batch)
    if x.dim() == 2 and x.shape[1] == size and len(x):
        return x.to(recurrence.weights_of(module, 0)[0])
    shape, way_out = tuple(x.shape), ""
    if x.dim() == 3 and x.shape[2] == size and x.numel():
        layout, one = ("(B, T, I)", "x[0]") if module.batch_first else ("(T, B, I)", "x[:, 0]")
        way_out = f"; this module reads batches {layout}, so that is {x.shape[batch]} sequences: trace one, as {one}"
    elif x.dim() == 1 and size == 1:
        way_out = "; make it x[:, None]"
    elif shape == (size,):
        way_out = "; for a single step make it x[None]"
    elif x.dim() == 2 and x.shape[0] == size and x.shape[1]:
        way_out = "; if its columns are the steps, make it x.T"
    raise ValueError(f"x must be one sequence (T, {size}) with T >= 1, got {shape}{way_out}")


def initial_state(module: nn.RNNBase, cell: type[Cell], hx: Tensor | Sequence[Tensor] | None) -> dict[str, Tensor]:
    """The state before the first step by name, each (layers * D, H); without `hx`, zeros."""
    weight = recurrence.weights_of(module, 0)[0]
    shape = (module.num_layers * len(recurrence.suffixes(module)), module.hidden_size)
    if hx is None:
        return {name: weight.new_zeros(shape) for name in cell.state}
    states = [_numbers("hx", state) for state in (hx if isinstance(hx, (tuple, list)) else (hx,))]
    single = [state.squeeze(1) if state.dim() == 3 else state for state in states]
    if len(states) != len(cell.state) or any(tuple(state.shape) != shape for state in single):
        form = ", ".join(f"{name}_0 {shape}" for name in cell.state)
        form = f"[{form}]" if len(cell.state) > 1 else form
        shapes = ", ".join(str(tuple(state.shape)) for state in states)
        batches = [state.shape[1] for state in states if state.dim() == 3 and state.shape[1] > 1]
        way_out = f"; it holds the states of {batches[0]} sequences: take those of one, as h[:, 0]" if batches else ""
        raise ValueError(f"hx must be {form}, got {shapes or 'nothing'}{way_out}")
    return {name: single[k].to(weight) for k, name in enumerate(cell.state)}


def _numbers(name: str, values: object) -> Tensor:
    """The same values, if they are a tensor of plain real numbers; else a TypeError."""
    if not isinstance(values, Tensor):
        raise TypeError(
            f"{name} must be a tensor, got {_kind(values)}; torch.as_tensor makes one of an array or a list"
        )
    for obstacle, way_out in (
        ("is_meta", "give it real values; tensors on the meta device have none"),
        ("is_sparse", f"use {name}.to_dense()"),
        ("is_sparse_csr", f"use {name}.to_dense()"),
        ("is_quantized", f"use {name}.dequantize()"),
        ("is_nested", f"give one of its parts, as {name}.unbind()[0]"),
    ):
        if getattr(values, obstacle):
            raise TypeError(f"{name} must hold plain numbers, {obstacle} is true of it; {way_out}")
    if values.is_complex():
        raise TypeError(f"{name} must hold real numbers, got {values.dtype}; use {name}.real or torch.view_as_real")
    return values


# --- the head -----------------------------------------------------------------------------------------------------


def head_logits(head: Head, h: Tensor) -> Tensor:
    """What the head answers after each step, (T, C), from the last layer's h (T, D*H), with its dropout off.

    Modules that the head uses are found in a method, a partial and a closure too, and keep their mode.
    """
    if not callable(head):
        raise TypeError(f"the head must be a module or a function of h (T, {h.shape[1]}), got {_kind(head)}")
    modules = list(_modules_of(head))
    for parameter in (parameter for module in modules for parameter in module.parameters()):
        if parameter.is_floating_point() and (parameter.dtype, parameter.device) != (h.dtype, h.device):
            raise ValueError(
                f"the head computes in {parameter.dtype} on {parameter.device} and the module in {h.dtype} on "
                f"{h.device}; move the head with head.to({h.dtype}) and head.to('{h.device}')"
            )
    if isinstance(head, nn.Linear) and head.in_features != h.shape[1]:
        raise ValueError(
            f"the head reads {head.in_features} numbers and h has {h.shape[1]} at each step; "
            f"give nn.Linear({h.shape[1]}, {head.out_features})"
        )
    try:
        with eval_mode(*modules):
            logits = head(h)
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ValueError(
            f"the head cannot read h, {tuple(h.shape)} in {h.dtype}: it raises {type(error).__name__} ({reason})"
        ) from None
    if not isinstance(logits, Tensor) or logits.is_complex() or logits.is_meta:
        result = str(logits.dtype) if isinstance(logits, Tensor) else _kind(logits)
        raise TypeError(f"the head must return a tensor of real logits ({len(h)}, C), it returns {result}")
    if logits.dim() != 2 or len(logits) != len(h):
        raise ValueError(
            f"the head must return logits ({len(h)}, C) for h {tuple(h.shape)}, a row for each step; "
            f"it returns {tuple(logits.shape)}"
        )
    return logits


def _modules_of(head: Any) -> Iterator[nn.Module]:
    """The modules that a head consists of."""
    if isinstance(head, nn.Module):
        yield head
    elif isinstance(head, functools.partial):
        for part in (head.func, *head.args, *head.keywords.values()):
            yield from _modules_of(part)
    elif inspect.ismethod(head):
        yield from _modules_of(head.__self__)
    elif inspect.isfunction(head):
        names = inspect.getclosurevars(head)
        yield from (
            part for part in (*names.nonlocals.values(), *names.globals.values()) if isinstance(part, nn.Module)
        )
    elif hasattr(head, "__dict__") and not isinstance(head, type):
        yield from (part for part in vars(head).values() if isinstance(part, nn.Module))


def texts(name: str, values: Sequence[Any]) -> list[str]:
    """Tokens or labels as texts, those of an array or a tensor too."""
    try:
        return [str(value) for value in (values.tolist() if hasattr(values, "tolist") else values)]
    except TypeError:
        raise TypeError(f"{name} must be a list of names, got {_kind(values)}") from None
