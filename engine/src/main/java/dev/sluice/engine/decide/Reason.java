package dev.sluice.engine.decide;

/**
 * Why something was decided; the same in status, events, command line, page and audit.
 *
 * @param code stable, for machines
 * @param sentence for a person on call: what was seen, what it means, what to do where something is
 *     to do
 */
public record Reason(String code, String sentence) {
  static Reason of(String code, String sentence, Object... parts) {
    return new Reason(code, parts.length == 0 ? sentence : sentence.formatted(parts));
  }
}
