# Aufgabe 1

def forward(w, x):
    return w * x

def loss(w, x, y):
    # Abstand zwischen Vorhersage und Ziel
    return abs(forward(w, x) - y)

def gradient(w, x, y):
    return 2 * x * (w * x - y)

def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    verlauf = []
    for epoche in range(epochs):
        for x, y in zip(x_data, y_data):
            fehler = loss(w, x, y)
            w = w - lr * gradient(w, x, y)
        verlauf.append(fehler)
        # print(epoche, fehler)
    return w, verlauf

gewicht, verlauf = back_prop(1.0, [1.0, 2.0, 3.0], [2.0, 4.0, 6.0])
print("Gewicht:", gewicht)
