struct Mine;

impl authgate::handler::Access for Mine {
    const DECLARATION: authgate::Declaration = authgate::Declaration::Authenticated { principal: "User" };
}

fn main() {}
