def forward(w, x:
    return w * x
