package dev.sluice.cli.cluster;

import dev.sluice.kubernetes.diagnose.Diagnosis;
import dev.sluice.kubernetes.diagnose.Doctor;
import dev.sluice.kubernetes.diagnose.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Diagnoses as people read them: what blocks first, what could not be looked at last. */
final class Report {
  private static final String INDENT = "  ";

  private Report() {}

  static String of(List<Diagnosis> all) {
    List<String> lines = new ArrayList<>();
    List<Diagnosis> unseen = all.stream().filter(Doctor::isUnseen).toList();
    List<Diagnosis> said = all.stream().filter(d -> !Doctor.isUnseen(d)).toList();
    for (Diagnosis d : said) {
      lines.add(
          "%-6s %s: %s"
              .formatted(d.severity().name().toUpperCase(Locale.ROOT), d.code(), d.where()));
      lines.add(INDENT + d.seen());
      lines.add(INDENT + d.means());
      lines.add(INDENT + "$ " + d.mend());
      lines.add("");
    }
    if (!unseen.isEmpty()) {
      lines.add("Not looked at, so nothing is known of it:");
      unseen.forEach(d -> lines.add(INDENT + d.seen()));
      lines.add("");
    }
    lines.add(sum(said, !unseen.isEmpty()));
    return String.join(System.lineSeparator(), lines);
  }

  private static String sum(List<Diagnosis> said, boolean unseen) {
    long blocks = said.stream().filter(d -> d.severity() == Severity.BLOCKS).count();
    long warns = said.stream().filter(d -> d.severity() == Severity.WARNS).count();
    if (blocks + warns > 0) {
      return "%s, %s."
          .formatted(counted(blocks, "blocks", "block"), counted(warns, "warns", "warn"));
    }
    return unseen ? "Nothing wrong was seen in what could be looked at." : "Nothing is wrong.";
  }

  private static String counted(long count, String one, String many) {
    return count + " " + (count == 1 ? one : many);
  }
}
