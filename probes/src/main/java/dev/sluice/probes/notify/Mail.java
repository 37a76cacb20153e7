package dev.sluice.probes.notify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.api.MessageTemplate;
import dev.sluice.api.Notify.Email;
import dev.sluice.api.Notify.Tls;
import dev.sluice.probes.secret.SecretSource.Unreadable;
import dev.sluice.probes.secret.Secrets;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;

/** A mail of plain text, over a connection that is encrypted before anything is said. */
record Mail(
    Secrets secrets, Email to, Optional<MessageTemplate> template, SSLContext tls, Duration within)
    implements Channel {
  /** For the whole conversation. */
  static final Duration CONVERSATION = Duration.ofSeconds(30);

  private static final int SUBJECT = 200;
  private static final String STEP_MILLIS = "10000";

  @Override
  public Outcome send(Notice notice) throws InterruptedException {
    Optional<String> password;
    try {
      password = password();
    } catch (Unreadable e) {
      return Outcome.unreadable(e);
    }
    // A server that says a little every few seconds would never come to its end.
    FutureTask<Outcome> talk = new FutureTask<>(() -> talk(notice, password));
    Thread thread = Thread.ofVirtual().name("mail " + notice.policy()).start(talk);
    try {
      return talk.get(within.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return new Outcome.Later(
          "it did not take the mail within %d ms".formatted(within.toMillis()), Optional.empty());
    } catch (ExecutionException e) {
      return new Outcome.Refused("the mail could not be written");
    } finally {
      thread.interrupt();
    }
  }

  @Override
  public void ready() throws Unreadable {
    var _ = password();
  }

  private Optional<String> password() throws Unreadable {
    return to.login().isPresent()
        ? Optional.of(secrets.text(to.login().get().password()))
        : Optional.empty();
  }

  private Outcome talk(Notice notice, Optional<String> password) {
    Session session = Session.getInstance(properties());
    try (Transport transport = session.getTransport("smtp")) {
      MimeMessage message = message(session, notice);
      if (password.isPresent()) {
        transport.connect(to.login().orElseThrow().user(), password.get());
      } else {
        transport.connect();
      }
      transport.sendMessage(message, message.getAllRecipients());
      return new Outcome.Sent();
    } catch (AuthenticationFailedException e) {
      return new Outcome.Refused("it did not accept user and password");
    } catch (MessagingException e) {
      return outcome(e);
    }
  }

  /** Its code alone: what a server says may be what it was told. */
  private static Outcome outcome(MessagingException e) {
    int code = code(e);
    if (code >= 500) {
      return new Outcome.Refused("it answered " + code);
    }
    return new Outcome.Later(
        code > 0
            ? "it answered " + code
            : "it was not reached (%s)".formatted(cause(e).getClass().getSimpleName()),
        Optional.empty());
  }

  private static int code(MessagingException e) {
    for (Exception at = e;
        at instanceof MessagingException messaging;
        at = messaging.getNextException()) {
      if (at instanceof SMTPAddressFailedException failed) {
        return failed.getReturnCode();
      }
      if (at instanceof SMTPSendFailedException failed && failed.getNextException() == null) {
        return failed.getReturnCode();
      }
    }
    return 0;
  }

  private static Exception cause(MessagingException e) {
    Exception next = e.getNextException();
    return next == null ? e : next;
  }

  private MimeMessage message(Session session, Notice notice) throws MessagingException {
    MimeMessage message =
        new MimeMessage(session) {
          @Override
          protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", "<" + notice.id() + "@sluice.dev>");
          }
        };
    message.setFrom(new InternetAddress(to.from(), true));
    for (String address : to.to()) {
      message.addRecipient(Message.RecipientType.TO, new InternetAddress(address, true));
    }
    message.setSentDate(Date.from(notice.at()));
    message.setSubject(Notice.fitting(line(notice.headline()), SUBJECT), UTF_8.name());
    message.setText(
        Texts.plain(template, notice) + "\r\n\r\n" + notice.facts() + "\r\n", UTF_8.name());
    message.setHeader("Auto-Submitted", "auto-generated");
    return message;
  }

  /** A header ends with its line. */
  static String line(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ").strip();
  }

  private Properties properties() {
    boolean atOnce = to.tls() == Tls.TLS;
    Properties properties = new Properties();
    properties.setProperty("mail.smtp.host", to.host());
    properties.setProperty(
        "mail.smtp.port", Integer.toString(to.port().orElse(atOnce ? 465 : 587)));
    properties.setProperty("mail.smtp.localhost", "sluice");
    properties.setProperty("mail.smtp.from", to.from());
    properties.setProperty("mail.smtp.auth", Boolean.toString(to.login().isPresent()));
    properties.setProperty("mail.smtp.ssl.enable", Boolean.toString(atOnce));
    properties.setProperty("mail.smtp.starttls.enable", Boolean.toString(!atOnce));
    properties.setProperty("mail.smtp.starttls.required", Boolean.toString(!atOnce));
    properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
    properties.setProperty("mail.smtp.connectiontimeout", STEP_MILLIS);
    properties.setProperty("mail.smtp.timeout", STEP_MILLIS);
    properties.put("mail.smtp.ssl.socketFactory", tls.getSocketFactory());
    return properties;
  }
}
