"""How the readers' networks are made: data drawn by the rehearsal's pen, training, calibration, export.

Needs PyTorch (the extra ``learn``). Nobody imports this room; `python -m klausur.learn` is its only door.
"""
