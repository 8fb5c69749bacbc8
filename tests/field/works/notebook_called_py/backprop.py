{
 "cells": [
  {
   "cell_type": "code",
   "id": "c0",
   "metadata": {},
   "source": [
    "def forward(w, x):\n",
    "    return w * x\n"
   ],
   "execution_count": null,
   "outputs": []
  },
  {
   "cell_type": "code",
   "id": "c1",
   "metadata": {},
   "source": [
    "def loss(w, x, y):\n",
    "    return (forward(w, x) - y) ** 2\n"
   ],
   "execution_count": null,
   "outputs": []
  },
  {
   "cell_type": "code",
   "id": "c2",
   "metadata": {},
   "source": [
    "def gradient(w, x, y):\n",
    "    return 2 * x * (w * x - y)\n"
   ],
   "execution_count": null,
   "outputs": []
  },
  {
   "cell_type": "code",
   "id": "c3",
   "metadata": {},
   "source": [
    "def back_prop(w, x_data, y_data, lr=0.01, epochs=10):\n",
    "    losses = []\n",
    "    for epoch in range(epochs):\n",
    "        for x, y in zip(x_data, y_data):\n",
    "            l = loss(w, x, y)\n",
    "            w = w - lr * gradient(w, x, y)\n",
    "        losses.append(l)\n",
    "    return w, losses\n"
   ],
   "execution_count": null,
   "outputs": []
  }
 ],
 "metadata": {
  "kernelspec": {
   "display_name": "Python 3",
   "language": "python",
   "name": "python3"
  },
  "language_info": {
   "name": "python"
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
