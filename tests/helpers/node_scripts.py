"""Run the page's scripts with Node.js, without a browser."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from helpers.find_node import executable

HERE = Path(__file__).parents[1] / "js"
needs_node = pytest.mark.skipif(executable() is None, reason="there is no Node.js; install one, or name it in NODE")


def run_node(script: str, data: Mapping[str, Any]) -> Any:
    """What a script in this folder prints as JSON, given some data as JSON."""
    command = [str(executable()), str(HERE / script)]
    result = subprocess.run(
        command, input=json.dumps(data), capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)
