from grader import edit, mistake

MISTAKES = [
    mistake(
        "one_mean_for_all",
        "centred",
        edit("X.mean(dim=0)", "X.mean()"),
        question="How many means do points with three coordinates have?",
    ),
    mistake(
        "not_centred",
        "directions",
        edit("C = centred(X)", "C = X"),
        question="From where is variance measured?",
    ),
    mistake(
        "narrowest_first",
        "directions",
        edit("vectors.flip(1)[:, :k]", "vectors[:, :k]"),
        question="In which order does eigh give its values?",
    ),
    mistake(
        "rows",
        "directions",
        edit("vectors.flip(1)[:, :k]", "vectors.T.flip(1)[:, :k]"),
        question="Where does eigh put a vector: in a row or in a column?",
    ),
]
