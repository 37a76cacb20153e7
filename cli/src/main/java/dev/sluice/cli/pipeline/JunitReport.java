package dev.sluice.cli.pipeline;

import dev.sluice.api.Release;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A release as a report of tests, which GitLab, GitHub's actions, Jenkins and others show: a case
 * for each step that it came to, the last of them failed where it was taken back, and the stages
 * that it did not come to skipped. There is no standard; this is what Ant's and Surefire's reports
 * have in common.
 */
public final class JunitReport {
  /** What XML 1.0 has no way to write. */
  private static final String UNSPEAKABLE =
      "[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]";

  private JunitReport() {}

  private record Case(String name, Duration took, Optional<String> failure, boolean skipped) {
    /** One that passed. */
    Case(String name, Duration took) {
      this(name, took, Optional.empty(), false);
    }
  }

  /**
   * @param policy whose release it is
   * @param release how far it came; empty: it did not begin
   * @param stages all that it was to go through, by name
   * @param failure why it did not succeed, a sentence; empty: it did
   * @return XML
   */
  public static String of(
      String policy, Optional<Release> release, List<String> stages, Optional<String> failure) {
    Steps steps = Steps.of(release.map(r -> r.status().decisions()).orElse(List.of()));
    List<Case> cases = new ArrayList<>();
    steps.took().forEach((name, took) -> cases.add(new Case(name, took)));
    if (failure.isPresent()) {
      Case last = cases.isEmpty() ? new Case("begin", Duration.ZERO) : cases.removeLast();
      cases.add(new Case(last.name(), last.took(), failure, false));
      stages.stream()
          .filter(stage -> !steps.took().containsKey(stage))
          .forEach(stage -> cases.add(new Case(stage, Duration.ZERO, Optional.empty(), true)));
    }
    return xml(policy, cases);
  }

  private static String xml(String policy, List<Case> cases) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuites");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", "sluice " + policy);
      xml.writeAttribute("tests", "" + cases.size());
      xml.writeAttribute(
          "failures", "" + cases.stream().filter(c -> c.failure().isPresent()).count());
      xml.writeAttribute("errors", "0");
      xml.writeAttribute("skipped", "" + cases.stream().filter(Case::skipped).count());
      xml.writeAttribute(
          "time", seconds(cases.stream().map(Case::took).reduce(Duration.ZERO, Duration::plus)));
      for (Case one : cases) {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", "sluice." + policy);
        xml.writeAttribute("name", one.name());
        xml.writeAttribute("time", seconds(one.took()));
        if (one.failure().isPresent()) {
          String why = one.failure().get().replaceAll(UNSPEAKABLE, "?");
          xml.writeStartElement("failure");
          xml.writeAttribute("message", why);
          xml.writeCharacters(why);
          xml.writeEndElement();
        } else if (one.skipped()) {
          xml.writeEmptyElement("skipped");
        }
        xml.writeEndElement();
      }
      xml.writeEndElement();
      xml.writeEndElement();
      xml.writeEndDocument();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
    return text + "\n";
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.3f", time.toMillis() / 1e3);
  }
}
