package dev.sluice.e2e.faults;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A write that the API server has taken.
 *
 * @param verb as HTTP has it: {@code POST}, {@code PUT}, {@code PATCH} or {@code DELETE}
 * @param path of the object, without a query
 * @param body that was sent; missing: none was
 */
public record Written(String verb, String path, JsonNode body) {}
