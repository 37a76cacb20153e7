package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Who is told of releases: exactly one of slack, teams, webhook, cloudEvents and email. What must
 * not be known is in Secrets of the policy's own namespace, and is read when it is sent.
 *
 * @param name unique within the policy
 * @param slack an incoming webhook of Slack
 * @param teams a Workflows webhook of Microsoft Teams
 * @param webhook a POST with JSON, signed as Standard Webhooks has it
 * @param cloudEvents a CloudEvent by HTTP
 * @param email a mail by SMTP
 * @param when of which occasions it is told
 * @param template the text, like "{{policy}} {{version}}: {{sentence}}"; absent: one for each kind
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Notify(
    String name,
    Optional<Slack> slack,
    Optional<Teams> teams,
    Optional<Webhook> webhook,
    Optional<CloudEvents> cloudEvents,
    Optional<Email> email,
    List<Occasion> when,
    Optional<MessageTemplate> template) {
  /** What people must act on, and how it ended. */
  static final List<Occasion> USUAL =
      List.of(
          Occasion.WAITING,
          Occasion.HELD,
          Occasion.RETREATED,
          Occasion.ABORTED,
          Occasion.SUCCEEDED,
          Occasion.STALLED);

  public Notify {
    when = List.copyOf(when);
  }

  /** What there is to tell. */
  public enum Occasion {
    STARTED,
    WAITING,
    HELD,
    RETREATED,
    ABORTED,
    SUCCEEDED,
    SUPERSEDED,
    REVERTED,
    STALLED
  }

  /**
   * Slack.
   *
   * @param secret holds the webhook's URL
   */
  public record Slack(SecretKey secret) {}

  /**
   * Microsoft Teams.
   *
   * @param secret holds the URL of the workflow "when a Teams webhook request is received"
   */
  public record Teams(SecretKey secret) {}

  /**
   * Your own receiver; exactly one of url and secret.
   *
   * @param url without a user, a query or a token: everybody who reads the policy reads it
   * @param secret holds the URL, which must be https
   * @param hmac holds the key that the request is signed with
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Webhook(Optional<String> url, Optional<SecretKey> secret, SecretKey hmac) {}

  /**
   * A receiver of CloudEvents 1.0 by HTTP; exactly one of url and secret.
   *
   * @param url without a user, a query or a token: everybody who reads the policy reads it
   * @param secret holds the URL, which must be https
   * @param mode Structured, all in the body, or Binary, the attributes as headers
   * @param token holds a bearer token, which is sent by https only; absent: none is sent
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record CloudEvents(
      Optional<String> url, Optional<SecretKey> secret, Mode mode, Optional<SecretKey> token) {}

  /** How a CloudEvent travels by HTTP. */
  public enum Mode {
    STRUCTURED,
    BINARY
  }

  /**
   * A mail. Nothing is sent before the connection is encrypted.
   *
   * @param host of the SMTP server, as its certificate names it
   * @param port absent: 587 for StartTls, 465 for Tls
   * @param tls StartTls, or Tls from the first byte
   * @param login absent: the server takes mails without one
   * @param from sender's address
   * @param to receivers' addresses
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Email(
      String host, OptionalInt port, Tls tls, Optional<Login> login, String from, List<String> to) {
    public Email {
      to = List.copyOf(to);
    }
  }

  /** How a connection to an SMTP server is encrypted. */
  public enum Tls {
    START_TLS,
    TLS
  }

  /**
   * How the SMTP server knows us.
   *
   * @param user whose password it is
   * @param password holds it
   */
  public record Login(String user, SecretKey password) {}

  /** Slack, teams, webhook, cloudEvents or email, as the policy writes it. */
  public String kind() {
    return slack
        .map(_ -> "slack")
        .or(() -> teams.map(_ -> "teams"))
        .or(() -> webhook.map(_ -> "webhook"))
        .or(() -> cloudEvents.map(_ -> "cloudEvents"))
        .or(() -> email.map(_ -> "email"))
        .orElse("none");
  }
}
