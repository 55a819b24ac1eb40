"""Raise the floor of log power, so that how quiet a recording is between its beats says less about it."""

from typing import Any


def raised(log_power: Any, *, share: float) -> Any:
    """Each band's power plus `share` of its mean over the window, as a log again and with each band's mean at zero.

    Stethoscopes and phones that suppress noise leave digital silence between the beats, others a hiss 20 dB below them. To a network
    that learnt from the one kind, the other alone can sound abnormal: with database f of PhysioNet 2016 left out of training, every
    recording of it did.

    Parameters
    ----------
    log_power : Keras tensor (n, n_frames, n_bands), natural log
    share : 0 leaves the input as it is; 0.01 stands 20 dB below the mean

    Returns
    -------
    Keras tensor of the same shape
    """
    from keras import ops

    if share == 0:
        return log_power
    power = ops.exp(log_power)
    floored = ops.log(power + share * ops.mean(power, axis=1, keepdims=True))
    return floored - ops.mean(floored, axis=1, keepdims=True)
