package dev.sluice.local.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * A pod template as the user wrote it.
 *
 * @param fingerprint the same for documents that say the same
 * @param document JSON, members in the order of their names
 */
record Template(String fingerprint, String document) {
  private static final JsonMapper SORTED =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  /**
   * @throws BadRequest if it is not a JSON object
   */
  static Template of(String json) {
    try {
      String document = SORTED.writeValueAsString(SORTED.readValue(json, Map.class));
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] sum = digest.digest(document.getBytes(StandardCharsets.UTF_8));
      return new Template(HexFormat.of().formatHex(sum, 0, 5), document);
    } catch (JsonProcessingException e) {
      throw new BadRequest("The pod template is not a JSON object: " + e.getOriginalMessage());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
