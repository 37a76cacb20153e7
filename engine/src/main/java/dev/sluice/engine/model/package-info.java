/** The release model: what a policy asks for, in the engine's own terms. */
@NullMarked
package dev.sluice.engine.model;

import org.jspecify.annotations.NullMarked;
