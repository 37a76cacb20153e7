package dev.sluice.api;

import java.util.regex.Pattern;

/**
 * A value of a Secret in the policy's own namespace.
 *
 * @param name of the Secret
 * @param key that the value has in it
 */
public record SecretKey(String name, String key) {
  /** As Kubernetes has them: RFC 1123 subdomains, and keys of a Secret's data. */
  static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

  static final Pattern KEY = Pattern.compile("[-._a-zA-Z0-9]{1,253}");
  static final String MEND = "write { name: SECRET, key: KEY }";

  /** What is wrong is not shown: it may be the secret itself. */
  static SecretKey read(Fields secret) {
    SecretKey read = new SecretKey(matching(secret, "name", NAME), matching(secret, "key", KEY));
    secret.end();
    return read;
  }

  private static String matching(Fields of, String field, Pattern form) {
    String text = of.need(field, MEND);
    if (!text.isEmpty() && !form.matcher(text).matches()) {
      of.wrong(field, "cannot be used here", MEND);
    }
    return text;
  }
}
