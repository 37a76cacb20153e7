package dev.sluice.cli.cluster;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.kubernetes.ApiFailure;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the API server says no to, in sentences that say what to do. */
public final class Asking {
  private static final int UNKNOWN = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int BUSY = 429;
  private static final int SERVERS_OWN = 500;

  /** What RBAC says (apiserver, pkg/endpoints/handlers/responsewriters). */
  private static final Pattern NO_RIGHT =
      Pattern.compile(
          "User \"(?<who>[^\"]*)\" cannot (?<verb>\\S+) resource \"(?<what>[^\"]*)\" in API group"
              + " \"(?<group>[^\"]*)\" (?<where>in the namespace \"[^\"]*\"|at the cluster scope)");

  /** What a validating policy of ours says, behind the API server's own words. */
  private static final String DENIED = "denied request: ";

  private Asking() {}

  /**
   * @param what is not known if there is no answer, like "The policies of shop were not read"
   * @throws Failed if asking again is of no use
   * @throws IOException if the API server did not answer
   */
  static <T> T the(String what, Supplier<T> question) throws Failed, IOException {
    try {
      return question.get();
    } catch (KubernetesClientException e) {
      Optional<Failed> no = no(e.getCode(), said(e));
      if (no.isPresent()) {
        throw no.get();
      }
      throw ApiFailure.of(what, e);
    }
  }

  /** Its own words, or why there are none; the client's around them say nothing. */
  public static String said(KubernetesClientException e) {
    String status = e.getStatus() == null ? null : e.getStatus().getMessage();
    if (status != null) {
      return status;
    }
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  /** Empty: it may be otherwise the next time. */
  static Optional<Failed> no(int code, String said) {
    if (code < 400 || code >= SERVERS_OWN || code == BUSY) {
      return Optional.empty();
    }
    int denied = said.indexOf(DENIED);
    if (denied >= 0) {
      return failed(Exit.UNREACHABLE, sentence(said.substring(denied + DENIED.length())));
    }
    return switch (code) {
      case UNKNOWN ->
          failed(
              Exit.UNREACHABLE,
              "The API server does not know who you are: log in again, or name another context.");
      case FORBIDDEN -> failed(Exit.UNREACHABLE, right(said));
      case NOT_FOUND ->
          failed(
              Exit.UNREACHABLE,
              "This cluster does not know the objects of Sluice. Is it the one that is meant?"
                  + " sluice install puts them there.");
      default -> failed(Exit.USAGE, sentence(said));
    };
  }

  private static Optional<Failed> failed(int exit, String sentence) {
    return Optional.of(new Failed(exit, sentence));
  }

  private static String right(String said) {
    Matcher m = NO_RIGHT.matcher(said);
    if (!m.find()) {
      return sentence(said);
    }
    String resource = m.group("what");
    String full = m.group("group").isEmpty() ? resource : resource + "." + m.group("group");
    String where = m.group("where").replace("\"", "").replace("the namespace ", "");
    return "%s may not %s %s %s: ask for the verb %s on %s%s."
        .formatted(
            m.group("who"), m.group("verb"), resource, where, m.group("verb"), full, role(m));
  }

  /** Which of the roles that come with Sluice has it. */
  private static String role(Matcher m) {
    if (!m.group("group").equals("sluice.dev")) {
      return "";
    }
    return m.group("verb").equals("create")
        ? ", which the roles sluice-editor and sluice-releaser have"
        : ", which the role sluice-viewer has";
  }

  private static String sentence(String words) {
    String text = words.strip();
    if (text.isEmpty()) {
      return "The API server refuses it and says nothing more.";
    }
    String first = text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    return first.endsWith(".") ? first : first + ".";
  }
}
