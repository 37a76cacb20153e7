/**
 * The objects of {@code sluice.dev/v1alpha1}: records, YAML, defaults, validation, mapping to the
 * engine's model.
 */
@NullMarked
package dev.sluice.api;

import org.jspecify.annotations.NullMarked;
