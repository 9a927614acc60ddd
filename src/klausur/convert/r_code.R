# Run by Rscript in a folder with exercise.Rmd: its R code run once, what that says put in place of it.
# What knitr would do beyond that is an error, and the exercise is refused by who asks.
set.seed(1)
lines <- readLines("exercise.Rmd", encoding = "UTF-8", warn = FALSE)
out <- character()
at <- 1
while (at <= length(lines)) {
  begin <- regmatches(lines[at], regexec("^```+\\s*\\{r\\b(.*)\\}\\s*$", lines[at]))[[1]]
  if (length(begin) == 0) {
    out <- c(out, lines[at])
    at <- at + 1
    next
  }
  end <- at + which(grepl("^```+\\s*$", lines[-seq_len(at)]))[1]
  if (is.na(end)) stop("a chunk of R without its end")
  code <- lines[seq_len(end - at - 1) + at]
  said <- function(pattern) grepl(pattern, begin[2])
  if (!said("eval\\s*=\\s*F")) {
    if (said("fig\\.|child\\s*=|engine\\s*=")) stop("a chunk that draws or includes")
    shown <- capture.output(for (each in parse(text = code, keep.source = FALSE)) {
      value <- withVisible(eval(each, globalenv()))
      if (value$visible) print(value$value)
    })
  } else shown <- character()
  hidden <- said("include\\s*=\\s*F")
  if (!hidden && !said("echo\\s*=\\s*F")) out <- c(out, "```", code, "```", "")
  if (!hidden && !said("results\\s*=\\s*[\"']hide") && length(shown) > 0)
    out <- c(out, if (said("results\\s*=\\s*[\"']asis")) shown else c("```", shown, "```"))
  at <- end + 1
}
if (file.exists("Rplots.pdf")) stop("a picture that R draws")
text <- paste(out, collapse = "\n")
while (length(found <- regmatches(text, regexpr("`r\\s[^`]*`", text))) > 0) {
  value <- eval(parse(text = sub("^`r", "", sub("`$", "", found))), globalenv())
  value <- if (is.numeric(value)) format(value, digits = 7, trim = TRUE) else as.character(value)
  text <- sub(found, paste(value, collapse = ", "), text, fixed = TRUE)
}
writeLines(enc2utf8(text), "out.Rmd", useBytes = TRUE)
