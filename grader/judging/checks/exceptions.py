"""Exceptions of torch, numpy and Python in plain words, with a teacher's question.

A rule's words never repeat the exception's own text, apart from Python's names, so they
cannot carry a hidden input. Each pattern comes from a message of the libraries, and a
test makes them raise it.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Explanation(NamedTuple):
    """What is said about a known exception: a text without values, and a question."""

    text: str
    question: str


class _Rule(NamedTuple):
    types: str
    pattern: re.Pattern[str]
    known: Explanation


def known(type_name: str, message: str) -> Explanation | None:
    """Return what is said about an exception; None if it is not in the list."""
    for rule in _RULES:
        if type_name in rule.types.split() and rule.pattern.search(message):
            return rule.known
    return None


def _rule(types: str, pattern: str, text: str, question: str) -> _Rule:
    return _Rule(types, re.compile(pattern, re.DOTALL), Explanation(text, question))


# The first rule that fits counts, so special rules come before general ones. Every
# repetition has a bound, so that matching takes no longer than the text is long.
_RULES = (
    _rule(
        "RuntimeError",
        r"(?i)only tensors of floating point (and complex )?dtype can require",
        "only tensors of floating point dtype can require gradients",
        "What kind of number has a slope: a whole one or a decimal one?",
    ),
    _rule(
        "RuntimeError",
        r"a( view of a)? leaf Variable that requires grad is being used in an in-place",
        "a leaf variable that requires grad is being used in an in-place operation",
        "Should this step itself be differentiated? How do you tell torch not to?",
    ),
    _rule(
        "RuntimeError",
        r"element \d{1,9} of tensors does not require grad and does not have a grad_fn",
        "the tensor does not require grad and does not have a grad_fn",
        "backward() walks from the loss back to the weights: where does that path end?",
    ),
    _rule(
        "RuntimeError",
        r"grad can be implicitly created only for scalar outputs",
        "grad can be implicitly created only for scalar outputs",
        "backward() starts from one number: how many are in your loss?",
    ),
    _rule(
        "RuntimeError",
        r"Trying to backward through the graph a second time",
        "trying to backward through the graph a second time",
        "Is the loss computed anew before each backward()?",
    ),
    _rule(
        "RuntimeError",
        r"one of the variables needed for gradient computation has been modified by an "
        r"inplace",
        "a variable needed for the gradient has been modified in place",
        "Which tensor changes between computing the loss and calling backward()?",
    ),
    _rule(
        "RuntimeError",
        r"differentiated Tensors? .{0,80}(appears to not have|does not require)",
        "one of the differentiated tensors was not used in the graph",
        "Does the weight that you differentiate by take part in the loss?",
    ),
    _rule(
        "RuntimeError",
        r"Can't call numpy\(\) on Tensor that requires grad",
        "a tensor that requires grad cannot become an array",
        "Does this number still need its graph? If not, how do you cut it off?",
    ),
    _rule(
        "RuntimeError",
        r"you can only change requires_grad flags of leaf variables",
        "only leaf variables can change their requires_grad flag",
        "Was this tensor computed from others? What is a leaf?",
    ),
    _rule(
        "RuntimeError",
        r"Only Tensors created explicitly by the user .{0,80} support the deepcopy",
        "a tensor with a graph cannot be copied in depth",
        "Should the copy remember where it came from?",
    ),
    _rule(
        "TypeError",
        r"assigned grad expected to be a Tensor or None but got",
        "the grad of a tensor must be a tensor or None",
        "Which kinds of value may a gradient hold?",
    ),
    _rule(
        "RuntimeError",
        r"assigned grad has data of a different|attempting to assign a gradient",
        "the grad has another size or type than its tensor",
        "Which shape does the gradient of a weight have?",
    ),
    _rule(
        "TypeError",
        r"cannot assign '[^']{0,80}' as parameter '[^']{0,80}' \(torch.nn.Parameter or",
        "a parameter of a model can only be replaced by a parameter",
        "Do you want another parameter, or another value in the one that is there?",
    ),
    _rule(
        "TypeError",
        r"unsupported operand type\(s\) for [*+\-/]=?: .{0,80}NoneType",
        "unsupported operand: one of the two is None",
        "Which of the two is None, and what should have filled it?",
    ),
    _rule(
        "AttributeError",
        r"'NoneType' object has no attribute '(zero_|data|item|clone|detach)'",
        "None has no such attribute",
        "Has backward() run before this line, and on a loss that w takes part in?",
    ),
    _rule(
        "AttributeError",
        r"'NoneType' object has no attribute",
        "None has no such attribute",
        "What gave you None here: a function without a return?",
    ),
    _rule(
        "ValueError",
        r"optimizer got an empty parameter list",
        "the optimizer got an empty parameter list",
        "Which numbers does your model learn, and does it know them as parameters?",
    ),
    _rule(
        "ValueError",
        r"can't optimize a non-leaf Tensor",
        "a tensor that was computed from others cannot be optimized",
        "Does the optimizer hold the weight itself, or something computed from it?",
    ),
    _rule(
        "TypeError",
        r"params argument given to the optimizer should be an iterable",
        "the optimizer wants a list of parameters",
        "Does the optimizer get one tensor or a list of them?",
    ),
    _rule(
        "TypeError",
        r"'method' object is not iterable",
        "a method is not iterable",
        "Is something missing behind the method's name that makes it a call?",
    ),
    _rule(
        "AttributeError",
        r"cannot assign (module|parameter|parameters) before Module.__init__\(\) call",
        "the module was used before its __init__ was called",
        "What must the first line of your own __init__ do?",
    ),
    _rule(
        "NotImplementedError",
        r'Module \[[^]]{0,80}\] is missing the required "forward" function',
        "the module is missing its forward function",
        "Is `forward` defined inside the class, and spelled so?",
    ),
    _rule(
        "AttributeError",
        r"'[A-Z]\w{1,80}' object has no attribute '\w",
        "the object has no such attribute",
        "Which name comes nearest to the one you wrote?",
    ),
    _rule(
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied",
        "the shapes of the two matrices do not fit",
        "How many columns has your input, and how many does the layer expect?",
    ),
    _rule(
        "RuntimeError",
        r"expected scalar type|to have the same dtype|must have the same dtype|"
        r"Found dtype \w{1,80} but expected",
        "two tensors have different dtypes",
        "Print the dtypes of both: which of them is a float?",
    ),
    _rule(
        "RuntimeError",
        r"The size of tensor a \(\d{1,20}\) must match the size of tensor b",
        "the sizes of the two tensors do not match",
        "Print both shapes: what should each axis count?",
    ),
    _rule(
        "RuntimeError",
        r"shape '[^']{0,80}' is invalid for input of size",
        "the shape does not fit the number of entries",
        "How many numbers are in this tensor, and how many does the shape hold?",
    ),
    _rule(
        "RuntimeError ValueError",
        r"elements cannot be converted to Scalar|only one element tensors can be",
        "a tensor with several elements cannot become one number",
        "How many numbers are in this tensor, and which of them do you want?",
    ),
    _rule(
        "RuntimeError",
        r"Boolean value of Tensor with (more than one value|no values) is ambiguous",
        "the truth of a tensor with several values is ambiguous",
        "Which of the values should decide?",
    ),
    _rule(
        "RuntimeError",
        r"all elements of (input|target) should be between 0 and 1",
        "all elements of input and target should be between 0 and 1",
        "What range must the input of BCELoss have, and which function gives that?",
    ),
    _rule(
        "ValueError",
        r"Using a target size \(.{0,80}\) that is different to the input size",
        "target and input of the loss have different sizes",
        "Print both shapes: is each prediction beside its own target?",
    ),
    _rule(
        "IndexError",
        r"Dimension out of range",
        "the dimension is out of range",
        "How many axes has this tensor?",
    ),
    _rule(
        "IndexError",
        r"invalid index of a 0-dim tensor",
        "a tensor of no dimensions cannot be indexed",
        "Is this one number or a list of numbers?",
    ),
    _rule(
        "TypeError",
        r"iteration over a 0-d (tensor|array)",
        "one number cannot be iterated over",
        "Is this one number or a list of numbers?",
    ),
    _rule(
        "TypeError",
        r"argument '\w{1,80}' \(position \d{1,3}\) must be (a )?Tensor",
        "this function of torch takes a tensor",
        "Which type has the value you pass: is it a tensor?",
    ),
    _rule(
        "TypeError",
        r"can't multiply sequence by non-int",
        "a list cannot be multiplied by a decimal number",
        "What does * do to a list, and what should it do here?",
    ),
    _rule(
        "TypeError RuntimeError NotImplementedError",
        r'for \^: |"bitwise_xor_cpu" not implemented|ufunc .bitwise_xor. not supported',
        "^ does not work on decimal numbers",
        "Which operator is a power in Python?",
    ),
    _rule(
        "ValueError",
        r"operands could not be broadcast together with shapes",
        "the shapes of the two arrays do not fit",
        "Print both shapes: what should each axis count?",
    ),
    _rule(
        "ValueError",
        r"The truth value of an array with more than one element is ambiguous",
        "the truth of an array with several elements is ambiguous",
        "Should this be decided once, or for each element?",
    ),
    _rule(
        "ValueError",
        r"(shapes .{0,80} not aligned|matmul: Input operand)",
        "the shapes of the two arrays do not fit a product",
        "Print both shapes: which axis should be summed over?",
    ),
    _rule(
        "TypeError",
        r"only (length-1|0-dimensional|size-1) arrays can be converted",
        "an array with several elements cannot become one number",
        "Which function works on every element: math's or numpy's?",
    ),
    _rule(
        "TypeError",
        r"operand type\(s\) for [*/+-]: ('(int|float)' and )?'(list|tuple)'|"
        r"bad operand type for unary -: '(list|tuple)'",
        "a list is no number",
        "What turns a list into something that you can calculate with?",
    ),
    _rule(
        "TypeError",
        r"must be real number, not (list|tuple|numpy.ndarray|Tensor)",
        "a function for one number got several",
        "Which function works on every element: math's or numpy's?",
    ),
    _rule(
        "UFuncTypeError",
        r"Cannot cast ufunc .{0,80} output from",
        "the result does not fit into the array's dtype",
        "Which dtype has this array, and which has the result?",
    ),
    _rule(
        "OverflowError",
        r"math range error|Result too large|Numerical result out of range",
        "the result is larger than a float can hold",
        "How large does the exponent get, and must it?",
    ),
    _rule(
        "ValueError",
        r"math domain error|expected a positive input",
        "the function is not defined there",
        "For which numbers is there a logarithm, or a root?",
    ),
    _rule(
        "ZeroDivisionError",
        r"",
        "division by zero",
        "Which number is zero here, and when?",
    ),
    _rule(
        "UnboundLocalError",
        r"cannot access local variable",
        "the variable has no value yet",
        "On which way through the function does this name get its first value?",
    ),
    _rule(
        "NameError",
        r"name '\w{1,80}' is not defined$",
        "the name is not defined",
        "Where does this name get its value, and is it spelled the same there?",
    ),
    _rule(
        "TypeError",
        r"'(float|int)' object is not callable",
        "a number is not callable",
        "Is a sign missing in front of the parenthesis, or a function's name reused?",
    ),
    _rule(
        "TypeError",
        r"'(builtin_function_or_method|function|method)' object is not subscriptable",
        "a function cannot be indexed",
        "Which brackets make a call?",
    ),
    _rule(
        "TypeError",
        r"'(float|int)' object is not (iterable|subscriptable)",
        "one number is no list",
        "Is this one number or a list of numbers?",
    ),
    _rule(
        "AttributeError",
        r"'(float|int)' object has no attribute '(backward|detach|item|grad|data)'",
        "a plain number has no such attribute",
        "Where did the tensor become a plain number?",
    ),
    _rule(
        "AttributeError",
        r"'list' object has no attribute",
        "a list has no such attribute",
        "Is this a list, an array or a tensor?",
    ),
    _rule(
        "IndexError",
        r"list (assignment )?index out of range",
        "the index is outside the list",
        "How long is the list, and which number has its last entry?",
    ),
    _rule(
        "TypeError ValueError",
        r"cannot unpack non-iterable|(not enough|too many) values to unpack",
        "there are not as many values as names",
        "How many values does the right side give?",
    ),
    _rule(
        "TypeError",
        r"\b\w{1,80}\(\) (missing \d{1,3} required positional|takes (from )?\d)",
        "a function got another number of arguments than it takes",
        "How many arguments does that function take, and in which order?",
    ),
    _rule(
        "TypeError",
        r"\b\w{1,80}\(\) got an unexpected keyword argument",
        "a function got an argument with a name it does not know",
        "How are that function's parameters spelled?",
    ),
    _rule(
        "RecursionError",
        r"",
        "a function calls itself without an end",
        "When does your function stop calling itself?",
    ),
)
