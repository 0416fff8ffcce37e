"""Functions killed at every step; the asserts of these modules say what they compared."""

import pytest

pytest.register_assert_rewrite("tests.steps.scenarios", "tests.steps.scenarios_timer", "tests.steps.scene")
