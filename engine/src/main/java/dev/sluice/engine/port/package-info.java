/** What the engine needs of the world; each driver brings its own. */
@NullMarked
package dev.sluice.engine.port;

import org.jspecify.annotations.NullMarked;
