plugins {
    application
    kotlin("jvm") version "2.2.0" // without this line for Java
}

repositories {
    mavenLocal() // until Hawser is on Maven Central
    mavenCentral()
}

dependencies {
    implementation(platform("dev.hawser:hawser-bom:0.1.0-SNAPSHOT"))
    implementation("dev.hawser:hawser")
    runtimeOnly("dev.hawser:hawser-client")
    runtimeOnly("org.slf4j:slf4j-simple")
}

application {
    mainClass = "ChatKt"
}
