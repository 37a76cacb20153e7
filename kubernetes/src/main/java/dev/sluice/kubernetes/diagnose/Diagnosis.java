package dev.sluice.kubernetes.diagnose;

/**
 * Something that is not as it should be.
 *
 * @param code stable, for programs; docs/doctor.md has them all
 * @param seen what is so now, a sentence
 * @param means what it does to releases, and what to do: sentences
 * @param mend the command that mends it, or that shows what has to be decided first
 */
public record Diagnosis(
    String code, Severity severity, Where where, String seen, String means, String mend) {}
