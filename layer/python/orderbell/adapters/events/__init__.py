"""Ways a cloud calls a function: one module per cloud. Raw event dicts are touched here and nowhere else."""
