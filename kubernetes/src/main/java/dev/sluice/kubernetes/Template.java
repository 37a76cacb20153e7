package dev.sluice.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A pod template without what Kubernetes adds to it in a ReplicaSet: the same for the Deployment
 * that asks for it and for the set that was made from it, as the Deployment controller compares
 * them (EqualIgnoreHash in Kubernetes' pkg/controller/deployment/util).
 */
public final class Template {
  private static final ObjectMapper SORTED =
      JsonMapper.builder()
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .build();

  /** Looks come every two seconds and for each change; templates change seldom. */
  private static final int REMEMBERED = 4096;

  private static final Map<String, String> KNOWN =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
              return size() > REMEMBERED;
            }
          });

  private Template() {}

  /** Of the template that a set has. */
  public static String fingerprint(ReplicaSet set) {
    return fingerprint(set.getMetadata(), set.getSpec().getTemplate());
  }

  /** Of the template that a Deployment asks for. */
  public static String fingerprint(Deployment deployment) {
    return fingerprint(deployment.getMetadata(), deployment.getSpec().getTemplate());
  }

  /** As the API server has an object, its spec changes with its generation only. */
  private static String fingerprint(ObjectMeta meta, PodTemplateSpec template) {
    return meta.getUid() == null || meta.getGeneration() == null
        ? fingerprint(template)
        : KNOWN.computeIfAbsent(
            meta.getUid() + "/" + meta.getGeneration(), _ -> fingerprint(template));
  }

  /** The same for templates that say the same; ten characters that a label's value may have. */
  public static String fingerprint(PodTemplateSpec template) {
    try {
      byte[] json =
          SORTED
              .writeValueAsString(SORTED.convertValue(bare(template), Map.class))
              .getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json), 0, 5);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a pod template is always JSON", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** As the user wrote it. */
  static PodTemplateSpec bare(PodTemplateSpec template) {
    return template
        .edit()
        .editOrNewMetadata()
        .withCreationTimestamp(null)
        .removeFromLabels(Marks.HASH)
        .endMetadata()
        .build();
  }

  /** As the set of that hash needs it. */
  static PodTemplateSpec hashed(PodTemplateSpec template, String hash) {
    return template
        .edit()
        .editOrNewMetadata()
        .withCreationTimestamp(null)
        .addToLabels(Marks.HASH, hash)
        .endMetadata()
        .build();
  }
}
