package dev.sluice.probes.notify;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.MessageTemplate;
import dev.sluice.api.SecretKey;
import dev.sluice.probes.secret.SecretSource.Unreadable;
import dev.sluice.probes.secret.Secrets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What is posted to Slack and to Teams, whose URLs are the secret. */
final class Chats {
  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

  private Chats() {}

  /** A chat, and how it writes its messages. */
  private record Chat(Secrets secrets, SecretKey url, Body body) implements Posting.Writing {
    interface Body {
      ObjectNode of(Notice notice);
    }

    @Override
    public Post of(Notice notice, Instant now) throws Unreadable {
      return new Post(secrets.url(url), JSON, Texts.json(body.of(notice)));
    }

    @Override
    public void ready() throws Unreadable {
      var _ = secrets.url(url);
    }
  }

  static Posting.Writing slack(Secrets secrets, SecretKey url, Optional<MessageTemplate> template) {
    return new Chat(secrets, url, notice -> slack(notice, template));
  }

  static Posting.Writing teams(Secrets secrets, SecretKey url, Optional<MessageTemplate> template) {
    return new Chat(secrets, url, notice -> teams(notice, template));
  }

  /** {@code text} is what a phone shows, the blocks what the channel does. */
  static ObjectNode slack(Notice notice, Optional<MessageTemplate> template) {
    String text =
        Texts.templated(template, notice, Chats::mrkdwn)
            .orElseGet(
                () ->
                    Notice.fitting(
                        "*%s*\n%s".formatted(mrkdwn(notice.headline()), mrkdwn(notice.sentence())),
                        Texts.TEXT));
    ObjectNode message = Texts.JSON.createObjectNode();
    message.put("text", text);
    ObjectNode section = message.putArray("blocks").addObject();
    section.put("type", "section");
    section.putObject("text").put("type", "mrkdwn").put("text", text);
    ObjectNode context = message.withArray("blocks").addObject();
    context.put("type", "context");
    context
        .putArray("elements")
        .addObject()
        .put("type", "mrkdwn")
        .put("text", mrkdwn(notice.facts()));
    return message;
  }

  /** Without these three nothing is a link, a mention or a command. */
  static String mrkdwn(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** Text runs, unlike text blocks, are shown as they are: nothing in them is Markdown. */
  static ObjectNode teams(Notice notice, Optional<MessageTemplate> template) {
    ObjectNode message = Texts.JSON.createObjectNode();
    message.put("type", "message");
    ObjectNode attachment = message.putArray("attachments").addObject();
    attachment.put("contentType", "application/vnd.microsoft.card.adaptive");
    attachment.putNull("contentUrl");
    ObjectNode card = attachment.putObject("content");
    card.put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
    card.put("type", "AdaptiveCard");
    card.put("version", "1.2");
    if (template.isEmpty()) {
      run(card, notice.headline()).put("weight", "Bolder").put("size", "Medium");
      run(card, notice.sentence());
    } else {
      run(card, Texts.plain(template, notice));
    }
    run(card, notice.facts()).put("isSubtle", true).put("size", "Small");
    return message;
  }

  private static ObjectNode run(ObjectNode card, String text) {
    ObjectNode block = card.withArray("body").addObject();
    block.put("type", "RichTextBlock");
    return block.putArray("inlines").addObject().put("type", "TextRun").put("text", text);
  }
}
