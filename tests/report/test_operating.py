"""A threshold's meaning at a prevalence."""

from math import isnan

import pytest

from heart.errors import ConfigError
from heart.report import operating
from heart.report.operating import RocPoint


def test_predictive_values_follow_bayes() -> None:
    found = operating.predictive_values(RocPoint(0.5, 0.8, 0.9), prevalence=0.05)
    assert found.ppv == pytest.approx(0.04 / (0.04 + 0.095))
    assert found.npv == pytest.approx(0.855 / (0.855 + 0.01))


def test_an_answer_never_given_has_no_predictive_value() -> None:
    assert isnan(operating.predictive_values(RocPoint(0.0, 1.0, 0.0), prevalence=0.1).npv)


def test_the_nearest_stored_point_is_read() -> None:
    roc = [{"threshold": t, "sensitivity": 1 - t, "specificity": t} for t in (0.1, 0.4, 0.9)]
    assert operating.at(roc, 0.5).specificity == 0.4


def test_a_bundle_without_a_curve_is_refused() -> None:
    with pytest.raises(ConfigError, match="No ROC curve is stored"):
        operating.at([], 0.5)
