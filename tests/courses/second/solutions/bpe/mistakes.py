from grader import edit, mistake

MISTAKES = [
    mistake(
        "ties_by_the_first",
        "train_bpe",
        edit("(pairs[p], p)", "pairs[p]"),
        question="Which of two pairs that come equally often is merged?",
    ),
    mistake(
        "words_once",
        "train_bpe",
        edit("pairs[pair] += n", "pairs[pair] += 1"),
        question="How often does a pair come in a word that comes five times?",
    ),
    mistake(
        "specials_taken_apart",
        "Tokenizer",
        edit("if token in text:", "if token == text:"),
        question="What becomes of a special token in the middle of a text?",
    ),
    mistake(
        "reads_all",
        "Tokenizer",
        edit(
            "        for line in lines:\n            yield from self.encode(line)\n",
            "        yield from [i for line in lines for i in self.encode(line)]\n",
        ),
        question="How much is read before the first id comes?",
    ),
    mistake(
        "no_blanks",
        "Tokenizer",
        edit('ids += [self.ids[b" "]] if number else []', "pass"),
        question="Where do the blanks go?",
    ),
]
