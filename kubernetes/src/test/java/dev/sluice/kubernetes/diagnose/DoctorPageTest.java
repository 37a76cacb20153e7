package dev.sluice.kubernetes.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/doctor.md lists what the rules say, and nothing else. */
class DoctorPageTest {
  private static final Path PAGE = Path.of("../docs/doctor.md");
  private static final String HEAD =
      """
      # What `sluice doctor` says

      `sluice doctor` looks at the cluster and at the policies of a namespace (`-A`: of all that have one) by your own rights, and changes nothing.
      `sluice doctor NAME` is about one policy, `sluice doctor deployment/NAME` about a Deployment that may not have one yet: what would keep it from being
      released. What it is not allowed to look at is said, and never taken for fine. `-o json` gives the same for programs; the codes stay as they are.

      Each diagnosis has the object it is about, what was seen, what that means, and a command: where it changes something, it mends it; where a
      person has to decide first, it shows what there is to decide. Words in `<>` are filled in as far as they are known.

      The exit code is 1 when something *blocks*: no release starts, or the one that runs does not go on. *Warns*: releases go on, and something is not
      as it should be, or waits for a person.

      `sluice doctor --escape` prints the order of [escape.md](escape.md), with namespace and policy filled in: how everything is taken back with
      kubectl alone.
      """;

  @Test
  void the_page_lists_every_diagnosis() throws IOException {
    String page =
        HEAD
            + section("The cluster", symptoms(Doctor.CLUSTER))
            + section("A policy and its Deployment", symptoms(Doctor.PATIENT))
            + section("What was left behind", symptoms(Doctor.NAMESPACE))
            + section("What could not be seen", List.of(Doctor.UNSEEN));
    if (System.getProperty("sluice.docs", "").equals("write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE)
        .as(
            "docs/doctor.md follows from the rules; write it anew by ./mvnw -pl kubernetes -am test"
                + " -Dtest=DoctorPageTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dsluice.docs=write")
        .hasContent(page);
  }

  @Test
  void no_code_is_said_of_two_things() {
    assertThat(Doctor.symptoms().stream().map(Symptom::code)).doesNotHaveDuplicates();
  }

  private static <F> List<Symptom> symptoms(List<Rule<F>> rules) {
    return rules.stream().map(Rule::symptom).toList();
  }

  private static String section(String title, List<Symptom> symptoms) {
    return symptoms.stream()
        .map(
            s ->
                "| `%s` | %s | %s | `%s` |\n"
                    .formatted(
                        s.code(),
                        s.severity().name().toLowerCase(Locale.ROOT),
                        s.means(),
                        s.mend()))
        .collect(
            Collectors.joining(
                "",
                "\n## %s\n\n| code | | what it means | command |\n| --- | --- | --- | --- |\n"
                    .formatted(title),
                ""));
  }
}
