package dev.sluice.kubernetes.diagnose;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What may be wrong, as docs/doctor.md lists it.
 *
 * @param code stable, for programs
 * @param means what it does to releases, and what to do: sentences
 * @param mend a command of a shell, with {@code <words>} for what is known only when it is seen
 */
public record Symptom(String code, Severity severity, String means, String mend) {
  private static final Pattern WORD = Pattern.compile("<([a-z]+)>");

  /** Nothing that a shell would read as anything but a word: the command is there to be pasted. */
  private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._:/@%+,=-]+");

  static Symptom blocks(String code, String means, String mend) {
    return new Symptom(code, Severity.BLOCKS, means, mend);
  }

  static Symptom warns(String code, String means, String mend) {
    return new Symptom(code, Severity.WARNS, means, mend);
  }

  static Symptom notes(String code, String means, String mend) {
    return new Symptom(code, Severity.NOTE, means, mend);
  }

  /**
   * As it was seen there.
   *
   * @param words what stands for the command's words; one that is not given, or that a shell would
   *     read otherwise, is left for the reader
   */
  Diagnosis seen(Where where, String seen, Map<String, String> words) {
    String command =
        WORD.matcher(mend)
            .replaceAll(
                m -> {
                  String value = words.getOrDefault(m.group(1), "");
                  return Matcher.quoteReplacement(
                      HARMLESS.matcher(value).matches() ? value : m.group());
                });
    return new Diagnosis(code, severity, where, seen, means, command);
  }
}
