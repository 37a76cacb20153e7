package dev.sluice.watch;

import java.util.HashSet;
import java.util.Set;

/**
 * Invariant 9: two operators never act on one policy at once. Each process signs the status that it
 * writes; one that another has replaced never signs again.
 */
final class OneOperator implements Rule {
  private final Set<String> replaced = new HashSet<>();
  private String policy = "";
  private String writer = "";

  @Override
  public void look(Change change, Scene scene, Findings findings) {
    if (!(change.after() instanceof Policy now) || now.writer().isEmpty()) {
      return;
    }
    if (!now.uid().equals(policy)) {
      policy = now.uid();
      replaced.clear();
      writer = now.writer();
    }
    if (now.writer().equals(writer)) {
      return;
    }
    if (replaced.contains(now.writer())) {
      findings.broken(
          "9",
          "%s was written by the operator %s, which the operator %s had replaced.",
          change.what(),
          now.writer(),
          writer);
    }
    replaced.add(writer);
    writer = now.writer();
  }
}
