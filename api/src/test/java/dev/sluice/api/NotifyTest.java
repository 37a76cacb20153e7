package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.Notify.Mode;
import dev.sluice.api.Notify.Occasion;
import dev.sluice.api.Notify.Tls;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is told, as a policy writes it. */
class NotifyTest {
  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: orders }
      spec:
        workloadRef: { name: orders }
        services: [orders]
        strategy: { canary: { preset: Standard } }
        notify:
      """;

  private static List<Notify> read(String receivers) {
    return switch (Manifest.read(POLICY + receivers.indent(4))) {
      case Parsed.Ok<Manifest>(Manifest manifest) ->
          ((ReleasePolicy) manifest.objects().getFirst()).spec().receivers();
      case Parsed.Bad<Manifest> bad -> throw new AssertionError(bad.problems());
    };
  }

  private static String wrong(String receivers) {
    return switch (Manifest.read(POLICY + receivers.indent(4))) {
      case Parsed.Ok<Manifest> _ -> "";
      case Parsed.Bad<Manifest> bad ->
          bad.problems().stream().map(Problem::toString).collect(Collectors.joining("\n"));
    };
  }

  @Test
  void given_each_kind_when_read_then_it_has_its_defaults() {
    List<Notify> all =
        read(
            """
            - { name: team, slack: { secret: { name: hooks, key: slack } } }
            - { name: office, teams: { secret: { name: hooks, key: teams } }, when: [Started] }
            - { name: own, webhook: { url: "http://own/x", hmac: { name: hooks, key: hmac } } }
            - { name: bus, cloudEvents: { secret: { name: hooks, key: bus } } }
            - { name: night, email: { host: mail, from: a@b.example, to: [c@d.example] } }
            """);
    assertThat(all)
        .extracting(Notify::kind)
        .containsExactly("slack", "teams", "webhook", "cloudEvents", "email");
    assertThat(all.getFirst().when()).isEqualTo(Notify.USUAL);
    assertThat(all.get(1).when()).containsExactly(Occasion.STARTED);
    assertThat(all.get(2).webhook().orElseThrow().hmac()).isEqualTo(new SecretKey("hooks", "hmac"));
    assertThat(all.get(3).cloudEvents().orElseThrow().mode()).isEqualTo(Mode.STRUCTURED);
    assertThat(all.get(4).email().orElseThrow().tls()).isEqualTo(Tls.START_TLS);
  }

  @Test
  void given_a_policy_with_receivers_when_written_and_read_again_then_it_is_the_same() {
    List<Notify> read =
        read(
            """
            - name: night
              email:
                host: mail
                login: { user: me, password: { name: hooks, key: smtp } }
                from: a@b.example
                to: [c@d.example]
              template: "{{policy}}: {{sentence}}"
            """);
    assertThat(read(Yaml.yaml(read))).isEqualTo(read);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "- { name: a } | notify[0] says nothing",
        "- { name: a, slack: { secret: { name: h, key: k } }, teams: { secret: { name: h, key: k } } }"
            + " | says slack and teams at once",
        "- { name: a, slack: { url: 'https://hooks' } } | slack.secret is missing",
        "- { name: a, slack: { secret: { name: H, key: k } } } | slack.secret.name cannot be used",
        "- { name: a, webhook: { url: 'https://b' } } | webhook.hmac is missing",
        "- { name: a, webhook: { hmac: { name: h, key: k } } } | write url, or secret",
        "- { name: a, cloudEvents: { url: 'http://b', token: { name: h, key: k } } }"
            + " | a token is sent by https only",
        "- { name: a, email: { host: m, from: a@b, to: ['a@b>, c@d'] } } | to[0] is no address",
        "- { name: a, email: { host: m, from: a@b, to: [] } } | names 0 receivers",
        "- { name: a, email: { host: m, from: 'a@b', to: [a@b] }, when: [Failed] }"
            + " | when[0] is \"Failed\"; write one of Started, Waiting",
        "- { name: a, email: { host: m, from: 'a@b', to: [a@b] }, when: [] } | names none",
        "- { name: a, email: { host: m, from: 'a@b', to: [a@b] }, template: '{{policiy}}' }"
            + " | it has {{policiy}}, which there is not; known are namespace, policy",
        "- { name: a, email: { host: m, from: 'a@b', to: [a@b] }, template: '{{>other}}' }"
            + " | it includes another template",
        "- { name: a, email: { host: m, from: 'a@b', to: [a@b] }, template: '{{#stage}}' }"
            + " | it is no Mustache"
      })
  void given_a_mistake_then_a_sentence_says_what_to_write(String receiver, String sentence) {
    assertThat(wrong(receiver)).contains(sentence.strip());
  }

  @ParameterizedTest
  @CsvSource({
    "https://me:s3cret@hooks.example/x",
    "https://s3cret@hooks.example/x",
    "https://hooks.example/x?token=s3cret",
    "https://hooks.example/x#s3cret",
    "ftp://hooks.example/s3cret"
  })
  void given_a_secret_within_a_url_then_it_is_refused_and_not_repeated(String url) {
    assertThat(
            wrong(
                "- { name: a, webhook: { url: \"%s\", hmac: { name: h, key: k } } }"
                    .formatted(url)))
        .contains("webhook.url cannot be used here", "belongs into a Secret")
        .doesNotContain("s3cret");
  }

  @Test
  void given_nine_receivers_then_that_is_one_too_many() {
    StringBuilder nine = new StringBuilder();
    for (int i = 0; i < 9; i++) {
      nine.append("- { name: a%d, slack: { secret: { name: h, key: k } } }\n".formatted(i));
    }
    assertThat(wrong(nine.toString())).contains("has 9 receivers", "write at most 8");
  }

  @Test
  void given_a_template_then_values_stand_as_they_are_and_parts_for_what_there_is_only() {
    MessageTemplate template =
        MessageTemplate.parse("{{policy}} {{{sentence}}}{{#stage}}, in {{stage}}{{/stage}}");
    Map<String, String> values = new HashMap<>();
    MessageTemplate.NAMES.forEach(name -> values.put(name, ""));
    values.put("policy", "orders");
    values.put("sentence", "<b> & {{stage}}");
    assertThat(template.with(values)).isEqualTo("orders <b> & {{stage}}");
    values.put("stage", "half");
    assertThat(template.with(values)).isEqualTo("orders <b> & {{stage}}, in half");
  }

  @Test
  void given_a_template_that_is_too_long_then_it_is_refused() {
    assertThatThrownBy(() -> MessageTemplate.parse("x".repeat(1025)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1024");
  }
}
