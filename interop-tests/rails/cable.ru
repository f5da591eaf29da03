# SPDX-License-Identifier: Apache-2.0
# Rails' Action Cable, with pub/sub in the process: as little of Rails as it takes.
require "rails"
require "action_controller/railtie"
require "action_cable/engine"

class CableApp < Rails::Application
  config.root = __dir__
  config.eager_load = false
  config.secret_key_base = "only for tests"
  config.hosts.clear
  config.logger = Logger.new(nil)
  config.action_cable.cable = {"adapter" => "async"}
  config.action_cable.mount_path = "/cable"
  config.action_cable.disable_request_forgery_protection = true
  config.action_cable.connection_class = -> { CableConnection }
end

class CableConnection < ActionCable::Connection::Base
  identified_by :user

  def connect
    self.user = request.params[:user]
    reject_unauthorized_connection if user == "nobody"
  end
end

class EchoChannel < ActionCable::Channel::Base
  def echo(data)
    transmit({echo: data})
  end

  def leave
    ActionCable.server.remote_connections.where(user: connection.user).disconnect
  end
end

class ChatChannel < ActionCable::Channel::Base
  def subscribed
    stream_from "chat:#{params[:room]}"
  end

  def speak(data)
    ActionCable.server.broadcast("chat:#{params[:room]}", {from: connection.user, text: data["text"]})
  end
end

class RejectingChannel < ActionCable::Channel::Base
  def subscribed
    reject
  end
end

CableApp.initialize!
ActionCable.server.config.logger = Logger.new(nil)

run CableApp
