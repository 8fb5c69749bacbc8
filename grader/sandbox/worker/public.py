"""What a module that is not here may be: a public library, or a file of the student's.

A name tells: libraries that students use are listed, and people call their own files
`utils`, `helper` or `my_layers`. Of any other name both is possible.
"""

from __future__ import annotations

import re
from typing import Final

LIBRARY: Final = "library"
OWN: Final = "module"
UNKNOWN: Final = "unknown"
LOGGER: Final = "logger"

# Libraries that only log, track, plot, colour, beep or notify: no result rests on them.
_LOGGING = """
wandb mlflow tensorboard tensorboardX tensorboard_logger comet_ml neptune clearml
trains aim trackio swanlab dvclive guild visdom livelossplot hiddenlayer
pytorch_lightning_loggers torchviz torchinfo torchsummary torchsummaryX graphviz
pydot pygraphviz netron seaborn plotly bokeh altair pygal plotille plotext
termplotlib holoviews hvplot mplcursors mplcyberpunk scienceplots SciencePlots
adjustText ipywidgets ipympl ipycanvas celluloid termcolor colorama colored colorlog
coloredlogs blessed loguru icecream prettytable tabulate texttable pyfiglet art rich
yaspin halo knockknock playsound winsound beepy chime pyttsx3 gtts plyer win10toast
notify2 telegram_send pynotifier pyautogui memory_profiler line_profiler
pyinstrument snakeviz viztracer torchview tkinter turtle customtkinter
"""
_LOGGING_PARTS: Final = {"torch.utils.tensorboard": "tensorboard"}
"""Modules of other libraries that only log, each with the library that it needs."""

_LIBRARIES = """
pandas polars scipy sklearn skimage statsmodels sympy numba cython Cython cupy dask
xarray pyarrow h5py tables openpyxl xlrd xlsxwriter lxml bs4 requests urllib3 httpx
aiohttp certifi selenium scrapy flask fastapi django uvicorn starlette pydantic attr
attrs cattrs click typer fire docopt yaml toml tomli dotenv dateutil pytz tzlocal
arrow pendulum psutil GPUtil pynvml nvidia_smi humanize joblib dill cloudpickle
msgpack orjson ujson simplejson jsonschema lmdb sqlalchemy pymongo redis MySQLdb mysql
boto3
botocore google googleapiclient gspread oauth2client pydrive gdown kaggle kagglehub
huggingface_hub transformers tokenizers accelerate diffusers peft timm einops fastai
fastcore lightning pytorch_lightning ignite skorch catalyst torchvision torchaudio
torchtext torchdata torchmetrics torch_geometric torch_scatter torch_sparse
torch_optimizer torch_xla torchdiffeq torchsde torchensemble functorch monai kornia
albumentations imgaug cv2 PIL imageio tifffile pydicom nibabel librosa soundfile
gensim nltk spacy jieba sacrebleu sentencepiece openai anthropic langchain
llama_index tiktoken gradio streamlit dash panel voila nbformat nbconvert nbclient
jupyter jupyterlab jupyter_core notebook ipykernel IPython ipyparallel tensorflow
tensorflow_datasets tensorflow_probability keras keras_tuner jax jaxlib flax optax
haiku equinox mxnet paddle theano aesara chainer onnx onnxruntime onnxscript
tensorrt triton apex deepspeed horovod ray optuna hyperopt bayes_opt skopt pyswarms
deap gym gymnasium stable_baselines3 pygame pyglet turtlebot networkx igraph shapely
geopandas folium cartopy astropy xgboost lightgbm catboost imblearn
category_encoders eli5 shap lime yellowbrick mlxtend prophet pmdarima sktime tslearn
pyro pymc pymc3 pystan emcee arviz gpytorch botorch hydra omegaconf absl gin sacred
ml_collections pytest hypothesis nose mock coverage black isort autopep8 flake8 mypy
pylint typing_extensions typeguard jaxtyping torchtyping more_itertools toolz
cytoolz funcy sortedcontainers bidict frozendict networkit pyximport pybind11 cffi
Crypto cryptography nacl paramiko fabric serial usb smbus RPi d2l fastbook otter
nbgrader okpy gofer pygments mistune markdown jinja2 six future past builtins_future
pkg_resources setuptools pip wheel distutils virtualenv conda pexpect ptyprocess
win32api win32con win32gui pywintypes wx kivy PyQt5 PyQt6 PySide2 PySide6
vtk pyvista mayavi trimesh open3d pyrender control slycot cvxpy cvxopt pulp ortools
gurobipy mip quantecon filterpy pykalman pywt findiff
"""
_FAMILIES: Final = re.compile(r"(?:torch|tensorflow|keras|jax|matplotlib|jupyter)\w+")
# Of these words the names of people's own files are made.
_OWN = """
util utils utility utilities helper helpers helping func funcs function functions my
mine own common shared lib libs tool tools module modules misc stuff src code model
models net nets network networks layer layers neuron loss losses metric metrics
train trainer training test tests testing eval evaluation plot plots plotting draw
drawing viz vis visualize visualization visualise visualisation data dataset
dataloader loader load reader preprocess preprocessing config configs settings
constants const params main run script solution solutions answer answers exercise
exercises assignment hw homework lab week part task lesson lecture chapter ex mylib
mymodule mymodel base core setup init local student team group project
"""
# A name that ends in one of these is a file of somebody's own, however it begins.
_ENDS = """
util utils utilities helper helpers func funcs function functions model models
layers losses
"""
_GLUED: Final = ("utils", "util", "helper", "helpers", "funcs")
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


WINDOWS: Final = frozenset({"tkinter", "turtle"})
"""Python's own libraries that show windows: no system to grade on has a screen."""

SYSTEM: Final = frozenset({"psutil"})
"""Libraries that look at the machine and its processes, of which a program sees none;
other libraries may bring them."""

_LOGGERS: Final = frozenset(_LOGGING.split())
_KNOWN: Final = _LOGGERS | frozenset(_LIBRARIES.split())
_OWN_WORDS: Final = frozenset(_OWN.split())
_OWN_ENDS: Final = frozenset(_ENDS.split())


def logs_only(name: str) -> str:
    """Return the library of a module that only logs or shows things; "" of others."""
    part = next((m for m in _LOGGING_PARTS if f"{name}.".startswith(f"{m}.")), "")
    root = name.partition(".")[0]
    return _LOGGING_PARTS.get(part) or (root if root in _LOGGERS else "")


def kind_of(name: str) -> str:
    """Return what a module that is not here is, by its name."""
    root = name.partition(".")[0]
    if root in _KNOWN:
        return LIBRARY
    words = [word.lower() for word in _WORD.findall(root) if not word.isdecimal()]
    if words and (words[-1] in _OWN_ENDS or {*words} <= _OWN_WORDS):
        return OWN
    if root.lower().startswith("my") or root.lower().endswith(_GLUED):
        return OWN
    return LIBRARY if _FAMILIES.fullmatch(root) else UNKNOWN


def why_missing(name: str) -> str:
    """Return why a module is not here, as part of a sentence."""
    root, kind = name.partition(".")[0], kind_of(name)
    if kind == OWN:
        return f"your program imports {name}, which was not handed in beside it"
    why = f"{root} is not installed where this is graded"
    if kind == UNKNOWN:
        return f"{why}, and no {root}.py was handed in beside your program"
    return why
