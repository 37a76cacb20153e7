package dev.sluice.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Metadata;
import dev.sluice.api.Percent;
import dev.sluice.api.Release;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import java.io.StringReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class JunitReportTest {
  private static final Instant BEGAN = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<String> STAGES = List.of("small", "half");

  private final List<Release.Decision> decisions = new ArrayList<>();

  @Test
  void a_good_release_is_a_case_for_each_step_with_its_time() throws Exception {
    decided(0, Phase.PREPARING, "");
    decided(3, Phase.SHIFTING, "small");
    decided(13, Phase.SHIFTING, "half");
    decided(33, Phase.BAKING, "");
    decided(43, Phase.HANDING_OVER, "");
    decided(44, Phase.SUCCEEDED, "");
    assertThat(cases(Optional.empty()))
        .containsExactly(
            "Preparing 3.000", "small 10.000", "half 20.000", "Baking 10.000", "HandingOver 1.000");
  }

  @Test
  void what_was_taken_back_failed_where_it_was_and_what_is_behind_was_skipped() throws Exception {
    decided(0, Phase.PREPARING, "");
    decided(3, Phase.SHIFTING, "small");
    decided(9, Phase.ABORTING, "");
    decided(10, Phase.ABORTED, "");
    assertThat(cases(Optional.of("The odds that v2 harms are 120 : 1.")))
        .containsExactly(
            "Preparing 3.000",
            "small 6.000 failed: The odds that v2 harms are 120 : 1.",
            "half 0.000 skipped");
  }

  @Test
  void a_stage_that_was_entered_twice_is_one_case() throws Exception {
    decided(0, Phase.SHIFTING, "small");
    decided(4, Phase.SHIFTING, "half");
    decided(6, Phase.SHIFTING, "small");
    decided(9, Phase.SUCCEEDED, "");
    assertThat(cases(Optional.empty())).containsExactly("small 7.000", "half 2.000");
  }

  @Test
  void what_did_not_begin_says_why() throws Exception {
    assertThat(cases(Optional.of("There is no Deployment orders.")))
        .containsExactly(
            "begin 0.000 failed: There is no Deployment orders.",
            "small 0.000 skipped",
            "half 0.000 skipped");
  }

  @Test
  void what_xml_cannot_write_is_not_written() throws Exception {
    assertThat(cases(Optional.of("<odd> & \"quoted\" \u0000\u001b[31m")))
        .first()
        .isEqualTo("begin 0.000 failed: <odd> & \"quoted\" ??[31m");
  }

  private void decided(int second, Phase phase, String stage) {
    decisions.add(
        new Release.Decision(
            BEGAN.plusSeconds(second),
            Optional.of(phase),
            Optional.of(stage).filter(s -> !s.isEmpty()),
            Condition.MOVING,
            Percent.of(0),
            1,
            0,
            "some",
            "Something."));
  }

  private List<String> cases(Optional<String> failure) throws Exception {
    Optional<Release> release =
        decisions.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Release(
                    Metadata.named("orders-1", Optional.of("shop")),
                    new Release.Spec("orders", "a", "b"),
                    new Release.Status(
                        Phase.SUCCEEDED,
                        Condition.MOVING,
                        Optional.empty(),
                        Percent.of(0),
                        1,
                        0,
                        "some",
                        "Something.",
                        decisions)));
    String xml = JunitReport.of("orders", release, STAGES, failure);
    Element suite =
        (Element)
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)))
                .getElementsByTagName("testsuite")
                .item(0);
    NodeList all = suite.getElementsByTagName("testcase");
    assertThat(suite.getAttribute("tests")).isEqualTo("" + all.getLength());
    assertThat(suite.getAttribute("failures"))
        .isEqualTo("" + suite.getElementsByTagName("failure").getLength());
    List<String> said = new ArrayList<>();
    for (int i = 0; i < all.getLength(); i++) {
      Element one = (Element) all.item(i);
      NodeList failed = one.getElementsByTagName("failure");
      said.add(
          one.getAttribute("name")
              + " "
              + one.getAttribute("time")
              + (failed.getLength() > 0 ? " failed: " + failed.item(0).getTextContent() : "")
              + (one.getElementsByTagName("skipped").getLength() > 0 ? " skipped" : ""));
    }
    return said;
  }
}
