def gradient(w, x, y):
    return 2 * x * (forward(w, x) - y)
