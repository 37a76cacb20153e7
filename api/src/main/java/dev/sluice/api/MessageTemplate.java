package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import java.util.List;
import java.util.Map;

/**
 * The text of a notification, in Mustache: {@code {{policy}} {{version}}: {{sentence}}}. A name
 * that there is not is a mistake of the policy, not an empty place in a message at night.
 *
 * @param text as the user wrote it
 */
public record MessageTemplate(String text) {
  /** What may stand between the braces. */
  public static final List<String> NAMES =
      List.of(
          "namespace",
          "policy",
          "release",
          "version",
          "occasion",
          "code",
          "sentence",
          "stage",
          "weight",
          "odds",
          "hurt",
          "at");

  static final int CHARACTERS = 1024;

  private static final Mustache.Compiler MUSTACHE =
      Mustache.compiler().escapeHTML(false).strictSections(true).emptyStringIsFalse(true);

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException with a sentence that says what is wrong
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static MessageTemplate parse(String text) {
    if (text.length() > CHARACTERS) {
      throw new IllegalArgumentException("it has more than " + CHARACTERS + " characters");
    }
    try {
      MUSTACHE.compile(text).visit(new Known());
    } catch (MustacheException e) {
      throw new IllegalArgumentException("it is no Mustache: " + e.getMessage(), e);
    }
    return new MessageTemplate(text);
  }

  /**
   * The text with these values, as they are: who escapes them knows for what.
   *
   * @param values one for each of {@link #NAMES}; an empty text for what there is not
   */
  public String with(Map<String, String> values) {
    return MUSTACHE.compile(text).execute(values);
  }

  @Override
  @JsonValue
  public String toString() {
    return text;
  }

  /** Refuses what no notification has. */
  private static final class Known implements Mustache.Visitor {
    @Override
    public void visitText(String text) {}

    @Override
    public void visitVariable(String name) {
      known(name);
    }

    @Override
    public boolean visitInclude(String name) {
      throw new IllegalArgumentException(
          "it includes another template, \"" + name + "\", and there is none");
    }

    @Override
    public boolean visitParent(String name) {
      return visitInclude(name);
    }

    @Override
    public boolean visitBlock(String name) {
      return visitInclude(name);
    }

    @Override
    public boolean visitSection(String name) {
      known(name);
      return true;
    }

    @Override
    public boolean visitInvertedSection(String name) {
      return visitSection(name);
    }

    private static void known(String name) {
      if (!NAMES.contains(name)) {
        throw new IllegalArgumentException(
            "it has {{%s}}, which there is not; known are %s"
                .formatted(name, String.join(", ", NAMES)));
      }
    }
  }
}
