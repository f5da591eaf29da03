/** How the values of applications and clients become JSON and back. */
package dev.hawser.internal.json;
