//! A gRPC server behind `route_service`, and a gRPC client over HTTP/2.

use authgate::Caller;
use authgate::Router;
use authgate_tests::app::{User, role, serve};
use authgate_tests::http::Server;
use authgate_tests::token::token_of;
use tonic::codegen::InterceptedService;
use tonic::metadata::MetadataValue;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::health_server::HealthServer;
use tonic_health::server::{HealthReporter, HealthService};

/// Notes the caller in the metadata of the call, for the methods of the service.
fn with_caller(mut call: Request<()>) -> Result<Request<()>, Status> {
    let caller = call.extensions().get::<Caller<User>>().ok_or_else(|| Status::internal("no caller"))?;
    if caller.sub != "vera" {
        return Err(Status::failed_precondition(format!("{} is not on duty", caller.sub)));
    }
    let name = caller.sub.parse().map_err(|_| Status::internal("no name"))?;
    call.metadata_mut().insert("x-caller", name);
    Ok(call)
}

async fn check(server: Server, token: Option<&str>) -> Result<i32, Code> {
    let channel =
        Channel::from_shared(format!("http://{}", server.address)).unwrap().connect().await.unwrap();
    let mut client = HealthClient::with_interceptor(channel, move |mut call: Request<()>| {
        if let Some(token) = token {
            let bearer: MetadataValue<_> = format!("Bearer {token}").parse().unwrap();
            call.metadata_mut().insert("authorization", bearer);
        }
        Ok(call)
    });
    let answer = client.check(HealthCheckRequest { service: String::new() }).await;
    answer.map(|answer| answer.into_inner().status).map_err(|status| status.code())
}

#[tokio::test]
async fn grpc_service_requires_its_right_and_sees_the_caller() {
    let health = HealthService::from_health_reporter(HealthReporter::new());
    let service = InterceptedService::new(HealthServer::new(health), with_caller);
    let (app, _) =
        serve(Router::new().route_service::<role::Admin>("/grpc.health.v1.Health/{*rest}", service));
    let server = Server::of(app).await;
    let serving = 1;
    assert_eq!(check(server, Some(&token_of(&["admin"]))).await, Ok(serving));
    // The clients of gRPC map the status of HTTP.
    assert_eq!(check(server, Some(&token_of(&["viewer"]))).await, Err(Code::PermissionDenied));
    assert_eq!(check(server, None).await, Err(Code::Unauthenticated));
    assert_eq!(check(server, Some("expired")).await, Err(Code::Unauthenticated));
}
