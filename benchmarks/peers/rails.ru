# SPDX-License-Identifier: Apache-2.0
# Rails' Action Cable, with pub/sub in the process: as little of Rails as it takes.
require "rails"
require "action_controller/railtie"
require "action_cable/engine"

class BenchmarkApp < Rails::Application
  config.root = __dir__
  config.eager_load = false
  config.secret_key_base = "only for benchmarks"
  config.hosts.clear
  config.logger = Logger.new(nil)
  config.action_cable.cable = {"adapter" => "async"}
  config.action_cable.mount_path = "/cable"
  config.action_cable.disable_request_forgery_protection = true
  config.action_cable.connection_class = -> { BenchmarkConnection }
end

class BenchmarkConnection < ActionCable::Connection::Base
end

class BenchmarkChannel < ActionCable::Channel::Base
  def subscribed
    stream_from params[:room]
  end

  def broadcast(data)
    ActionCable.server.broadcast(data["room"], data)
  end

  def echo(data)
    transmit(data)
  end
end

BenchmarkApp.initialize!
ActionCable.server.config.logger = Logger.new(nil)

run BenchmarkApp
