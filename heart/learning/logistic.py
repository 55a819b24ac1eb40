"""Weighted logistic regression with a small ridge, for the two little judges of the signal (quality, beats)."""

from typing import cast

import numpy as np
import numpy.typing as npt

Float64Array = npt.NDArray[np.float64]


def fit(inputs: Float64Array, is_true: npt.NDArray[np.bool_], *, weight: Float64Array, penalty: float = 1.0) -> Float64Array:
    """Coefficients for the raw inputs, the intercept first; the ridge acts on standardised inputs.

    Parameters
    ----------
    inputs : (n, n_inputs)
    is_true, weight : (n,)

    Returns
    -------
    (1 + n_inputs,)

    Examples
    --------
    >>> w = fit(np.array([[0.0], [1.0], [3.0], [4.0]]), np.array([False, False, True, True]), weight=np.ones(4))
    >>> probability(w, np.array([[0.0], [4.0]])).round().tolist()
    [0.0, 1.0]
    """
    from scipy.optimize import minimize

    mean, scale = inputs.mean(axis=0), inputs.std(axis=0) + 1e-9
    columns = np.column_stack([np.ones(len(inputs)), (inputs - mean) / scale])
    sign = np.where(is_true, 1.0, -1.0)

    def loss(w: Float64Array) -> tuple[float, Float64Array]:
        margin = sign * (columns @ w)
        slope = -sign * weight / (1 + np.exp(np.clip(margin, -50, 50)))
        ridge = penalty * np.r_[0, w[1:]]
        return float(np.sum(weight * np.logaddexp(0, -margin)) + 0.5 * ridge @ w), columns.T @ slope + ridge

    w = minimize(loss, np.zeros(columns.shape[1]), jac=True, method="L-BFGS-B").x
    return cast(Float64Array, np.r_[w[0] - np.sum(w[1:] * mean / scale), w[1:] / scale])


def probability(w: Float64Array, inputs: Float64Array) -> Float64Array:
    """Probability of true for each row, (n,)."""
    return cast(Float64Array, 1 / (1 + np.exp(-(w[0] + inputs @ w[1:]))))
