//! A marker is as visible as its enum, although it is one module deeper.
#![deny(warnings, private_interfaces, private_bounds)]

mod outer {
    pub(crate) mod inner {
        #[derive(authgate::Role)]
        enum Private {
            A,
        }

        #[derive(authgate::Role)]
        pub(self) enum Own {
            A,
        }

        #[derive(authgate::Role)]
        pub(super) enum Parents {
            A,
        }

        #[derive(authgate::Role)]
        pub(in super::super) enum Grandparents {
            A,
        }

        #[derive(authgate::Role)]
        pub(in crate::outer) enum Outers {
            A,
        }

        #[derive(authgate::Role)]
        pub(crate) enum Crates {
            A,
        }

        #[derive(authgate::Role)]
        pub enum Everybodys {
            A,
        }

        pub(super) fn here() {
            let _ = (private::A, own::A, parents::A, grandparents::A, outers::A, crates::A, everybodys::A);
            let _ = (Private::A, Own::A);
        }
    }

    pub(crate) fn here() {
        inner::here();
        let _ = (inner::parents::A, inner::outers::A);
        let _ = (inner::Parents::A, inner::Outers::A);
    }
}

fn main() {
    outer::here();
    let _ = (outer::inner::grandparents::A, outer::inner::crates::A, outer::inner::everybodys::A);
    let _ = (outer::inner::Grandparents::A, outer::inner::Crates::A, outer::inner::Everybodys::A);
}
