package dev.sluice.probes.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Notify.Email;
import dev.sluice.api.Notify.Login;
import dev.sluice.api.Notify.Occasion;
import dev.sluice.api.Notify.Tls;
import dev.sluice.probes.secret.Secrets;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

class MailTest {
  private static final String PASSWORD = "p4ssw0rd of the mailer";

  @TempDir private static Path folder;
  private static SSLContext tls;

  private final Told told = new Told();
  private final List<byte[]> mails = new CopyOnWriteArrayList<>();
  private Optional<SMTPServer> server = Optional.empty();

  @BeforeAll
  static void trust() {
    tls = Trust.made(folder);
  }

  @AfterEach
  void stop() {
    server.ifPresent(SMTPServer::stop);
  }

  private SMTPServer.Builder smtp() {
    return SMTPServer.port(0)
        .bindAddress(InetAddress.getLoopbackAddress())
        .authenticationHandlerFactory(
            new EasyAuthenticationHandlerFactory(
                (user, password, _) -> {
                  if (!password.equals(PASSWORD)) {
                    throw new LoginFailedException(user + " has no password " + password);
                  }
                }))
        .requireAuth()
        .messageHandler((_, _, _, data) -> mails.add(data));
  }

  private int started(SMTPServer made) {
    server = Optional.of(made);
    made.start();
    return made.getPortAllocated();
  }

  private Outcome send(int port, Tls how, String password, Notice notice)
      throws InterruptedException {
    Email email =
        new Email(
            "localhost",
            OptionalInt.of(port),
            how,
            Optional.of(new Login("mailer", told.secret("password", password))),
            "sluice@shop.example",
            List.of("team@shop.example", "night@shop.example"));
    return new Mail(new Secrets(told), email, Optional.empty(), tls, Duration.ofSeconds(5))
        .send(notice);
  }

  private MimeMessage mail() throws MessagingException {
    return new MimeMessage(
        Session.getInstance(new Properties()), new ByteArrayInputStream(mails.getFirst()));
  }

  @Test
  void a_mail_comes_by_starttls_and_login() throws Exception {
    int port = started(smtp().enableTLS().requireTLS().startTlsSocketFactory(tls).build());
    assertThat(send(port, Tls.START_TLS, PASSWORD, Told.aborted(7))).isEqualTo(new Outcome.Sent());
    assertThat(mail().getSubject())
        .isEqualTo("order-service-7 (order-service:v3) in shop was aborted");
    assertThat(mail().getRecipients(Message.RecipientType.TO)).hasSize(2);
    assertThat(mail().getMessageID()).isEqualTo("<id-7-ABORTED@sluice.dev>");
    assertThat(mail().getContent().toString())
        .contains("errors: 3% of the candidate's requests were bad.", "odds of harm 132");
  }

  @Test
  void a_mail_comes_by_tls_from_the_first_byte() throws InterruptedException {
    int port = started(smtp().serverSocketFactory(tls).build());
    assertThat(send(port, Tls.TLS, PASSWORD, Told.aborted(7))).isEqualTo(new Outcome.Sent());
    assertThat(mails).hasSize(1);
  }

  @Test
  void nothing_is_said_to_a_server_that_does_not_encrypt() throws InterruptedException {
    int port = started(smtp().build());
    assertThat(send(port, Tls.START_TLS, PASSWORD, Told.aborted(7)))
        .isInstanceOf(Outcome.Later.class);
    assertThat(mails).isEmpty();
  }

  @Test
  void a_login_that_is_refused_is_said_without_the_password_that_the_server_repeats()
      throws InterruptedException {
    int port = started(smtp().enableTLS().requireTLS().startTlsSocketFactory(tls).build());
    assertThat(send(port, Tls.START_TLS, "an old one", Told.aborted(7)))
        .isEqualTo(new Outcome.Refused("it did not accept user and password"));
  }

  @Test
  void no_header_can_be_added_by_a_sentence_or_a_name() throws Exception {
    int port = started(smtp().enableTLS().requireTLS().startTlsSocketFactory(tls).build());
    Notice notice =
        new Notice(
            "id",
            Told.aborted(7).at(),
            "shop",
            "order-service",
            Optional.of("order-service-7"),
            Optional.of("v3\r\nBcc: thief@evil.example\r\n\r\nbody"),
            Occasion.ABORTED,
            "harm",
            "a sentence\r\nBcc: thief@evil.example",
            Optional.empty(),
            "0%",
            1,
            0);
    assertThat(send(port, Tls.START_TLS, PASSWORD, notice)).isEqualTo(new Outcome.Sent());
    assertThat(mail().getHeader("Bcc")).isNull();
    assertThat(mail().getSubject()).contains("v3 Bcc: thief@evil.example body");
  }

  @Test
  void a_server_that_never_speaks_is_left_after_the_deadline() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket _ = new Socket()) {
      Email email =
          new Email(
              "localhost",
              OptionalInt.of(silent.getLocalPort()),
              Tls.START_TLS,
              Optional.empty(),
              "sluice@shop.example",
              List.of("team@shop.example"));
      Outcome outcome =
          new Mail(new Secrets(told), email, Optional.empty(), tls, Duration.ofMillis(300))
              .send(Told.aborted(7));
      assertThat(outcome)
          .isEqualTo(new Outcome.Later("it did not take the mail within 300 ms", Optional.empty()));
    }
  }

  @Test
  void a_subject_is_one_line() {
    assertThat(Mail.line("a\r\nb\tc")).isEqualTo("a b c");
  }

  @Test
  void a_server_that_cannot_be_reached_is_tried_again() throws InterruptedException, IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThat(send(port, Tls.START_TLS, PASSWORD, Told.aborted(7)))
        .isInstanceOf(Outcome.Later.class);
  }
}
