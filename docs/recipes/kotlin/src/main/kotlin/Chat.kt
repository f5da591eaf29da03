import dev.hawser.Action
import dev.hawser.Cable
import dev.hawser.Channel
import dev.hawser.ClientAssets
import dev.hawser.Connection
import io.vertx.core.Vertx
import io.vertx.ext.web.Router
import java.util.UUID

class Visitor : Connection() {
    override fun connect() {
        identifiedBy("visitor", UUID.randomUUID().toString())
    }
}

class RoomChannel : Channel<Visitor>() {
    @JvmRecord
    data class Params(val room: String)

    @JvmRecord
    data class Say(val text: String)

    private lateinit var room: String

    override fun subscribed() {
        room = params(Params::class.java).room
        streamFor(room)
    }

    @Action
    fun say(message: Say) {
        broadcastTo(room, mapOf("text" to message.text))
    }
}

fun main() {
    val port = (System.getenv("PORT") ?: "8080").toInt()
    val vertx = Vertx.vertx()
    val cable = Cable.builder(vertx)
        .connection(::Visitor)
        .channel(RoomChannel::class.java, ::RoomChannel)
        .build()
    val router = Router.router(vertx)
    router.route("/cable").handler(cable)
    ClientAssets.mount(router)
    cable.guard(vertx.createHttpServer(Cable.httpServerOptions()).requestHandler(router))
        .listen(port)
        .await()
    println("Open http://localhost:$port")
}
