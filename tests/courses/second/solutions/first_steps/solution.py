# %% [markdown]
# # First steps with tensors
#
# ## Question 1
# Let `answer_1` be the output of the network with `W1`, `W2`, `B1` and `B2`.

# %%
import matplotlib.pyplot as plt
import torch

torch.manual_seed(7)
features = torch.randn((1, 3))
W1, W2, B1, B2 = torch.randn(3, 2), torch.randn(2, 1), torch.randn((1, 2)), torch.randn((1, 1))

# %%
# BEGIN SOLUTION
answer_1 = torch.sigmoid(torch.sigmoid(features @ W1 + B1) @ W2 + B2)
# END SOLUTION

# %% [markdown]
# ## Question 2
# Train `model` until it is right on the points; keep each epoch's loss in `losses`.

# %%
points = torch.tensor([[0.0, 1.0], [1.0, 1.0], [2.0, 0.0], [0.0, 3.0]])
values = torch.tensor([[1.0], [2.0], [2.0], [3.0]])
model = torch.nn.Linear(2, 1)

# %%
# BEGIN SOLUTION
losses = []
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(200):
    optimizer.zero_grad()
    loss = ((model(points) - values) ** 2).mean()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
# END SOLUTION

# %% [markdown]
# ## Question 3
# Plot the losses, with a title.

# %%
# BEGIN SOLUTION
plt.plot(losses)
plt.title("Losses")
# END SOLUTION
